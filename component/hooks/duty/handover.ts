/**
 * What people have yet to be told after a handover, as a pure function: the newest for each, and nobody's is lost.
 *
 * | untold so far | on duty now   | not any more |
 * | ------------- | ------------- | ------------ |
 * | nothing       | began         | ended        |
 * | began         | (it is so)    | missed       |
 * | ended, missed | began         | (it is so)   |
 */
import type { DutyNews } from "../../../storage/duty-store.js";

interface Handover {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly at: number;
}

/** @param untold what people hadn't heard before it @returns the news that it makes */
export function newsOf({ from, to, at }: Handover, untold: readonly DutyNews[]): readonly DutyNews[] {
  const wasTold = untold.every(({ person, news }) => person !== from || news !== "began");
  const ended = wasTold ? "ended" : "missed";
  return [
    ...(from === undefined ? [] : [{ person: from, news: ended, since: at } as const]),
    ...(to === undefined ? [] : [{ person: to, news: "began", since: at } as const]),
  ];
}
