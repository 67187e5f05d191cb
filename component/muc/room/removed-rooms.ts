/** Deletes what is left of destroyed rooms, some at a time, so that nobody waits for it. */
import type { Logger } from "winston";
import type { GroupCommit } from "../../../storage/group-commit.js";
import type { RoomsRemains } from "../../../storage/rooms-removals.js";

/** Milliseconds between two slices, and until the next where the disk didn't take one. */
const PACE_MS = 5;
const TROUBLE_MS = 5_000;

export class RemovedRooms {
  readonly #store: RoomsRemains;
  readonly #commit: GroupCommit;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #isStopped = false;

  constructor(store: RoomsRemains, commit: GroupCommit, log: Logger) {
    this.#store = store;
    this.#commit = commit;
    this.#log = log;
  }

  /** Begins, where there is something to delete; what an earlier process left, too. */
  clear(): void {
    if (!this.#isRunning) this.#again(PACE_MS);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #again(ms: number): void {
    if (!this.#isStopped) this.#timer ??= setTimeout(() => void this.#prune(), ms).unref();
  }

  async #prune(): Promise<void> {
    this.#timer = undefined;
    this.#isRunning = true;
    let pause: number | undefined;
    try {
      if (this.#store.any) {
        await this.#commit.run(() => this.#store.prune(), PACE_MS);
        pause = PACE_MS;
      }
    } catch (error) {
      this.#log.warn(
        `What is left of a destroyed room could not be deleted: ${String(error)}. Trying again.`,
      );
      pause = TROUBLE_MS;
    }
    this.#isRunning = false;
    if (pause !== undefined) this.#again(pause);
  }
}
