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
