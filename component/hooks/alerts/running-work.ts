/** The work that runs, one for each alert at most. */
import type { AlertsDependencies } from "./dependencies.js";

/** How long work that failed blocks its alert before it is repeated, in milliseconds. */
const FAILED_MS = 10_000;

export class RunningWork {
  /** The promises never reject. */
  readonly #running = new Map<number, Promise<void>>();

  constructor(private readonly dependencies: Pick<AlertsDependencies, "clock" | "log">) {}

  get size(): number {
    return this.#running.size;
  }

  /** Starts the work of an alert, unless some runs. @param done called after it has ended, or after a pause if it failed */
  start(alert: number, work: () => Promise<void>, done: () => void): void {
    if (this.#running.has(alert)) return;
    const { clock, log } = this.dependencies;
    const running = work()
      .catch((error: unknown) => {
        log.error(`The work on the alert ${alert} failed, and is repeated`, { error });
        return new Promise<void>((resolve) => clock.after(FAILED_MS, resolve));
      })
      .finally(() => {
        this.#running.delete(alert);
        done();
      });
    this.#running.set(alert, running);
  }

  /** @returns when all that runs has ended */
  async ended(): Promise<void> {
    await Promise.all(this.#running.values());
  }
}
