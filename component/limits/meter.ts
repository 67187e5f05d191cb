/**
 * Does long work in slices of a few milliseconds: loops use TimeSlice, queues TickSlice. Work whose cost grows with the
 * stored data runs in the Meter, as steps of a fraction of a millisecond, which are charged to an account.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Steps } from "../../storage/rooms-archive-reads.js";
import type { EventLoop } from "./event-loop.js";

/** The length of a time slice, in milliseconds. */
const SLICE_MS = 4;

export class TimeSlice {
  #started = performance.now();

  /** Whether the time slice is used up, so that the caller should yield. */
  get isOver(): boolean {
    return performance.now() - this.#started > SLICE_MS;
  }

  /** Waits for the next turn of the event loop, and begins a new time slice. */
  async yieldTurn(): Promise<void> {
    await nextTurn();
    this.#started = performance.now();
  }
}

/** Limits short pieces of work in one turn of the event loop to a time slice. */
export class TickSlice {
  #slice: TimeSlice | undefined;

  /** @param onNext called in the next turn after isUsedUp() was called */
  constructor(private readonly onNext: () => void) {}

  /** Whether this turn's time slice is used up. The first call in a turn begins the slice, and schedules onNext. */
  isUsedUp(): boolean {
    if (this.#slice !== undefined) return this.#slice.isOver;
    this.#slice = new TimeSlice();
    setImmediate(() => {
      this.#slice = undefined;
      this.onNext();
    });
    return false;
  }
}

/** Maps items in order, and yields to the event loop every few milliseconds. */
export async function mapInSlices<T, R>(items: readonly T[], work: (item: T) => R): Promise<R[]> {
  const slice = new TimeSlice();
  const results: R[] = [];
  for (const item of items) {
    results.push(work(item));
    if (slice.isOver) await slice.yieldTurn();
  }
  return results;
}

/**
 * Charges an account for a step: the milliseconds taken, and the bytes read that aren't part of the result.
 * @throws if the budget is used up; unfinished work fails then
 */
export type Charge = (bytes: number, ms: number) => void;

interface Job {
  /** How many milliseconds the work has taken so far. */
  spent: number;
  /** Does one step of the work. @returns whether more steps follow */
  readonly step: () => boolean;
}

export class Meter {
  readonly #jobs = new Set<Job>();
  readonly #slice = new TickSlice(() => this.#continue());

  constructor(private readonly loop: Pick<EventLoop, "run">) {}

  /** Does work in as many turns as needed; rejects with what a step or the charge throws. @param name for operators */
  run<T>(name: string, steps: Steps<T>, charge: Charge): Promise<T> {
    return new Promise((resolve, reject) => {
      const job: Job = { spent: 0, step: () => this.loop.run(name, take) };
      const take = (): boolean => {
        try {
          const { result, ms } = step(steps);
          job.spent += ms;
          // A result that is complete is returned even if it used up the budget.
          if (result.done === true) resolve(result.value);
          charge(result.done === true ? 0 : result.value, ms);
          return result.done !== true;
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          return false;
        }
      };
      this.#jobs.add(job);
      this.#continue();
    });
  }

  #continue(): void {
    while (this.#jobs.size > 0 && !this.#slice.isUsedUp()) {
      // The work that has taken the least time is next, so that small requests don't wait for large ones.
      let next: Job | undefined;
      for (const job of this.#jobs) if (next === undefined || job.spent < next.spent) next = job;
      if (next?.step() === false) this.#jobs.delete(next);
    }
  }
}

/** Does work in a single turn and charges for it; the caller has limited its cost in another way. */
export function atOnce<T>(steps: Steps<T>, charge: Charge): T {
  for (;;) {
    const { result, ms } = step(steps);
    charge(result.done === true ? 0 : result.value, ms);
    if (result.done === true) return result.value;
  }
}

/** Does as many steps as fit into a time slice. @returns whether more steps follow */
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
