/**
 * Does long work in slices of a few milliseconds, so that other work goes on. Loops yield by TimeSlice, queues by
 * TickSlice. Work whose cost grows with the stored data runs in the Meter, as steps (a generator) of a fraction of a
 * millisecond. Each step is charged to an account, by the bytes read and the time taken; if the budget is used up, the
 * work ends with an error.
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

/** Limits short pieces of work in one turn of the event loop to a slice. */
export class TickSlice {
  #slice: TimeSlice | undefined;

  /** @param onNext called in the turn after one in which something was done */
  constructor(private readonly onNext: () => void) {}

  /** Whether this turn's slice is used up; the first call begins it. */
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

/** Charges an account for a step: bytes read in vain, and milliseconds. @throws if the budget is used up */
export type Charge = (bytes: number, ms: number) => void;

/** Does one step. @returns whether there are more */
type Job = () => boolean;

export class Meter {
  readonly #jobs: Job[] = [];
  readonly #slice = new TickSlice(() => this.#continue());

  constructor(private readonly loop: Pick<EventLoop, "run">) {}

  /**
   * Does work in as many turns of the event loop as it takes.
   * @param name the work's name for operators
   * @returns its result; rejects with what a step or the charge throws
   */
  run<T>(name: string, steps: Steps<T>, charge: Charge): Promise<T> {
    return new Promise((resolve, reject) => {
      const job = (): boolean => {
        try {
          const { result, ms } = step(steps);
          // A result that is there is returned, even if it used up the budget.
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

/** Does work at once whose cost is bounded otherwise, and charges it. */
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
