/** Long work in slices, so that the event loop stays free for everybody else. */
import { setImmediate as nextTurn } from "node:timers/promises";

const SLICE_MS = 4;

export class Pace {
  #started = performance.now();

  /** Whether the slice is used up. */
  get isOver(): boolean {
    return performance.now() - this.#started > SLICE_MS;
  }

  /** Gives the event loop a turn, and begins the next slice. */
  async rest(): Promise<void> {
    await nextTurn();
    this.#started = performance.now();
  }
}

/** Short works that come by themselves: so many in a turn of the event loop as fit into a slice. */
export class TurnPace {
  readonly #onNext: () => void;
  #pace: Pace | undefined;

  /** @param onNext called in the turn after one in which something was done */
  constructor(onNext: () => void) {
    this.#onNext = onNext;
  }

  /** Whether this turn's slice is used up; it begins when this is first asked. */
  get isOver(): boolean {
    if (this.#pace !== undefined) return this.#pace.isOver;
    this.#pace = new Pace();
    setImmediate(() => {
      this.#pace = undefined;
      this.#onNext();
    });
    return false;
  }
}

/** Maps the items in order, giving the event loop a turn every few milliseconds. */
export async function inSlices<T, R>(items: readonly T[], work: (item: T) => R): Promise<R[]> {
  const pace = new Pace();
  const results: R[] = [];
  for (const item of items) {
    results.push(work(item));
    if (pace.isOver) await pace.rest();
  }
  return results;
}
