/** Work on the database that comes up by itself, such as forgetting what has expired: a little at a time, so that no call waits for it. */
import type { Logger } from "winston";
import type { GroupCommit } from "../storage/group-commit.js";

/** Does some of it; true where there may be more. */
export type PruneSlice = (now: number) => boolean;

export interface PruningTimes {
  /** Milliseconds between two rounds, and between two slices of one. */
  readonly round: number;
  readonly slice: number;
}

const TIMES: PruningTimes = { round: 60_000, slice: 50 };

export class Pruning {
  readonly #commit: GroupCommit;
  readonly #slices: readonly PruneSlice[];
  readonly #log: Logger;
  readonly #times: PruningTimes;
  #timer: NodeJS.Timeout | undefined;
  #stopped = true;

  constructor(commit: GroupCommit, slices: readonly PruneSlice[], log: Logger, times = TIMES) {
    this.#commit = commit;
    this.#slices = slices;
    this.#log = log;
    this.#times = times;
  }

  start(): void {
    this.#stopped = false;
    this.#again(this.#times.round);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #prune(): Promise<void> {
    let more = false;
    try {
      const now = Date.now();
      more = await this.#commit.run(() => this.#slices.map((slice) => slice(now)).includes(true));
    } catch (error) {
      this.#log.warn(`Housekeeping in the database failed: ${String(error)}. Trying again later.`);
    }
    this.#again(more ? this.#times.slice : this.#times.round);
  }

  #again(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#prune(), ms);
    this.#timer.unref();
  }
}
