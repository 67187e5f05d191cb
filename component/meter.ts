/**
 * The meter: the only way to do work whose cost grows with what is stored. Such work is written as steps
 * (a generator), each of a fraction of a millisecond. All of it together takes a few milliseconds of each turn of the
 * event loop, so that everybody else's work goes on; each step is charged to the account that asked, by what it read
 * and how long it took; once the budget is used up, the work ends with an error.
 */
import type { Steps } from "../storage/rooms-archive-reads.js";
import type { EventLoop } from "./event-loop.js";
import { TimeSlice } from "./time-slice.js";

/** Charges an account for a step: bytes read in vain, and milliseconds. Throws when the budget is used up. */
export type Charge = (bytes: number, ms: number) => void;

/** Does one step. @returns whether there are more */
type Job = () => boolean;

export class Meter {
  readonly #loop: Pick<EventLoop, "run">;
  readonly #jobs: Job[] = [];
  #isDue = false;

  constructor(loop: Pick<EventLoop, "run">) {
    this.#loop = loop;
  }

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
      this.#jobs.push(() => this.#loop.run(name, job));
      this.#continue();
    });
  }

  #continue(): void {
    if (this.#isDue || this.#jobs.length === 0) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#turn();
      this.#continue();
    });
  }

  /** One step of each job, again and again, until the slice is over. */
  #turn(): void {
    const slice = new TimeSlice();
    while (!slice.isOver) {
      const job = this.#jobs.shift();
      if (job === undefined) return;
      if (job()) this.#jobs.push(job);
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
