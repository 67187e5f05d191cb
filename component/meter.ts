/**
 * Long work in slices of a few milliseconds, so that everybody else's work goes on. Loops yield by TimeSlice, queues by
 * TickSlice. The meter is the only way to do work whose cost grows with what is stored: such work is written as steps
 * (a generator), each of a fraction of a millisecond; each step is charged to the account that asked, by what it read
 * and how long it took; once the budget is used up, the work ends with an error.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Steps } from "../storage/rooms-archive-reads.js";
import type { EventLoop } from "./event-loop.js";

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
  #slice: TimeSlice | undefined;

  /** @param onNext called in the turn after one in which something was done */
  constructor(private readonly onNext: () => void) {}

  /** Whether this turn's slice is used up; it begins when this is first asked. */
  get isOver(): boolean {
    if (this.#slice !== undefined) return this.#slice.isOver;
    this.#slice = new TimeSlice();
    setImmediate(() => {
      this.#slice = undefined;
      this.onNext();
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

/** Charges an account for a step: bytes read in vain, and milliseconds. Throws when the budget is used up. */
export type Charge = (bytes: number, ms: number) => void;

/** Does one step. @returns whether there are more */
type Job = () => boolean;

export class Meter {
  readonly #jobs: Job[] = [];
  readonly #slice = new TickSlice(() => this.#continue());

  constructor(private readonly loop: Pick<EventLoop, "run">) {}

  /**
   * Does work in as many turns of the event loop as it takes.
   * @param name what the work is, as operators read it
   * @returns its result; rejects with what a step or the charge throws
   */
  run<T>(name: string, steps: Steps<T>, charge: Charge): Promise<T> {
    return new Promise((resolve, reject) => {
      const job = (): boolean => {
        try {
          const { result, ms } = step(steps);
          // What is done is given, even if it used up the budget.
          if (result.done === true) resolve(result.value);
          charge(result.done === true ? 0 : result.value, ms);
          return result.done !== true;
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          return false;
        }
      };
      this.#jobs.push(() => this.loop.run(name, job));
      this.#continue();
    });
  }

  /** One step of each job, again and again, until the slice is over. */
  #continue(): void {
    while (this.#jobs.length > 0 && !this.#slice.isOver) {
      const job = this.#jobs.shift();
      if (job?.() === true) this.#jobs.push(job);
    }
  }
}

/** Does work at once, if its cost is bounded otherwise; it is charged all the same. */
export function atOnce<T>(steps: Steps<T>, charge: Charge): T {
  for (;;) {
    const { result, ms } = step(steps);
    charge(result.done === true ? 0 : result.value, ms);
    if (result.done === true) return result.value;
  }
}

/** Does as many steps as fit into a few milliseconds. @returns whether there are more */
export function inSlice(steps: Steps<void>): boolean {
  const slice = new TimeSlice();
  while (!slice.isOver) if (steps.next().done === true) return false;
  return true;
}

function step<T>(steps: Steps<T>): { readonly result: IteratorResult<number, T>; readonly ms: number } {
  const started = performance.now();
  const result = steps.next();
  return { result, ms: performance.now() - started };
}
