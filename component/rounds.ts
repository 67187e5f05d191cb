/**
 * Looks for due work again and again: at the time that the last round named, and when woken. One round runs at a time, and a
 * round that fails is repeated, so that what is due is never forgotten.
 */
import type { Logger } from "winston";
import { StorageFault } from "../storage/storage-fault.js";
import type { Clock } from "./hooks/clock.js";

/** How long to wait after a round failed, in milliseconds. */
const FAILED_MS = 10_000;
/** How long a timer runs at most, in milliseconds: timers don't know that the machine slept or that its clock was set. */
const TIMER_MS = 60_000;

export interface RoundsDependencies {
  readonly clock: Clock;
  readonly log: Pick<Logger, "error">;
}

export class Rounds {
  #timer: { cancel(): void } | undefined;
  #running: Promise<void> | undefined;
  /** Whether a round follows at once: the one that runs may have looked too early. */
  #isWoken = false;
  #isStopped = true;

  /**
   * @param what what a round does, for the log, such as "looking for due alerts"
   * @param round returns in how many milliseconds the next round begins; undefined: when it is woken
   */
  constructor(
    private readonly what: string,
    private readonly round: () => Promise<number | undefined>,
    private readonly dependencies: RoundsDependencies,
  ) {}

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Begins the first round soon, or in `ms` milliseconds. */
  start(ms?: number): void {
    this.#isStopped = false;
    this.#isWoken = false;
    if (ms === undefined) this.wake();
    else this.#wait(ms);
  }

  /** Begins no more rounds. The one that runs goes on: see ended(). */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** Waits until no round runs. */
  async ended(): Promise<void> {
    await this.#running;
  }

  /** Begins a round after the transaction of this turn of the event loop, and after the round that runs. */
  wake(): void {
    if (this.#isStopped || this.#isWoken) return;
    this.#isWoken = true;
    if (this.#running === undefined) setImmediate(() => this.#begin());
  }

  /** Begins a round when `ms` milliseconds have passed by the clock or by timers, whichever says so first. */
  #wait(ms: number): void {
    const { clock } = this.dependencies;
    const at = clock.now() + ms;
    const part = Math.min(ms, TIMER_MS);
    this.#timer?.cancel();
    this.#timer = clock.after(part, () => {
      const left = Math.min(ms - part, at - clock.now());
      if (left > 0) this.#wait(left);
      else this.#begin();
    });
  }

  #begin(): void {
    if (this.#isStopped || this.#running !== undefined) return;
    this.#timer?.cancel();
    this.#isWoken = false;
    this.#running = this.#run().then((ms) => {
      this.#running = undefined;
      if (this.#isWoken) this.#begin();
      else if (ms !== undefined && !this.#isStopped) this.#wait(ms);
    });
  }

  async #run(): Promise<number | undefined> {
    try {
      return await this.round();
    } catch (error) {
      if (error instanceof StorageFault) throw error;
      this.dependencies.log.error(
        `Internal error: ${this.what} failed; it is tried again in ${FAILED_MS / 1000} s`,
        { error },
      );
      return FAILED_MS;
    }
  }
}
