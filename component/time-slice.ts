/** Long work in slices, so that the event loop stays free for everybody else. */
import { setImmediate as nextTurn } from "node:timers/promises";

const SLICE_MS = 4;

export class TimeSlice {
  #started = performance.now();

  /** Whether the slice is used up. */
  get isOver(): boolean {
    return performance.now() - this.#started > SLICE_MS;
  }

  /** Gives the event loop a turn, and begins the next slice. */
  async yieldTurn(): Promise<void> {
    await nextTurn();
    this.#started = performance.now();
  }
}

/** Short works that come by themselves: so many in a turn of the event loop as fit into a slice. */
export class TickSlice {
  readonly #onNext: () => void;
  #slice: TimeSlice | undefined;

  /** @param onNext called in the turn after one in which something was done */
  constructor(onNext: () => void) {
    this.#onNext = onNext;
  }

  /** Whether this turn's slice is used up; it begins when this is first asked. */
  get isOver(): boolean {
    if (this.#slice !== undefined) return this.#slice.isOver;
    this.#slice = new TimeSlice();
    setImmediate(() => {
      this.#slice = undefined;
      this.#onNext();
    });
    return false;
  }
}

/** Maps the items in order, giving the event loop a turn every few milliseconds. */
export async function mapInSlices<T, R>(items: readonly T[], work: (item: T) => R): Promise<R[]> {
  const slice = new TimeSlice();
  const results: R[] = [];
  for (const item of items) {
    results.push(work(item));
    if (slice.isOver) await slice.yieldTurn();
  }
  return results;
}
