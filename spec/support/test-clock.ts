/** A time that the test lets pass. */
import type { MachineTimes } from "../../component/hooks/absences.js";
import type { Clock } from "../../component/hooks/clock.js";

/** A clock whose timers run when the test lets time pass. */
export class TestClock implements Clock {
  #at = Date.UTC(2026, 0, 1);
  /** How much later the clock is than the time of timers: it was set, or the machine was suspended. */
  #ahead = 0;
  #suspended = 0;
  #timers: { readonly at: number; readonly work: () => void }[] = [];
  readonly now = (): number => this.#at + this.#ahead;
  readonly times = (): MachineTimes => ({
    clock: this.now(),
    up: this.#at + this.#suspended,
    awake: this.#at,
  });

  after(ms: number, work: () => void): { cancel(): void } {
    const timer = { at: this.#at + ms, work };
    this.#timers.push(timer);
    return { cancel: () => (this.#timers = this.#timers.filter((each) => each !== timer)) };
  }

  /** Lets no timer run: the component is down. */
  jump(ms: number): void {
    this.#timers = [];
    this.#at += ms;
  }

  /** Lets timers run only afterwards: the process is stopped, as in a paused container. */
  pause(ms: number): void {
    this.#at += ms;
  }

  /** Lets time pass that timers don't know of: the machine is suspended. */
  suspend(ms: number): void {
    this.#suspended += ms;
    this.#ahead += ms;
  }

  /** Sets the clock, forwards or backwards. */
  set(ms: number): void {
    this.#ahead += ms;
  }

  async pass(ms: number): Promise<void> {
    const end = this.#at + ms;
    for (;;) {
      for (let n = 0; n < 5; n++) await new Promise(setImmediate);
      const next = this.#timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#at = Math.max(this.#at, next.at);
      next.work();
    }
    this.#at = end;
  }
}
