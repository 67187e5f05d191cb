/** Does housekeeping in the database, such as deleting expired rows, in small slices so that calls aren't delayed. */
import type { Logger } from "winston";
import type { GroupCommit } from "../../storage/group-commit.js";
import { inBackground } from "../background.js";

/** Does some work in a database transaction. @param now milliseconds since 1970 @returns whether more may remain */
export type PruneSlice = (now: number) => boolean;

export interface PruningTimes {
  /** The pause between two rounds, in milliseconds. */
  readonly round: number;
  /** The pause between two slices of a round, in milliseconds. */
  readonly slice: number;
  /** How long a slice waits for another transaction to share, in milliseconds. */
  readonly patience?: number;
}

const TIMES: PruningTimes = { round: 60_000, slice: 50 };

export class Pruning {
  #timer: NodeJS.Timeout | undefined;
  #isStopped = true;
  #isRunning = false;
  /** How many times soon() was called. */
  #asked = 0;

  constructor(
    private readonly commit: GroupCommit,
    private readonly slices: readonly PruneSlice[],
    private readonly log: Logger,
    private readonly times = TIMES,
  ) {}

  start(): void {
    this.#isStopped = false;
    this.#again(this.times.round);
  }

  /** Begins a round without waiting for the end of the pause. */
  soon(): void {
    this.#asked += 1;
    if (!this.#isRunning) this.#again(this.times.slice);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #prune(): Promise<void> {
    let more = false;
    this.#isRunning = true;
    const asked = this.#asked;
    try {
      const now = Date.now();
      const work = (): boolean => this.slices.map((slice) => slice(now)).includes(true);
      more = await this.commit.run(work, this.times.patience);
    } catch (error) {
      this.log.warn(`Housekeeping in the database failed: ${String(error)}. It is tried again later.`);
    }
    this.#isRunning = false;
    this.#again(more || this.#asked !== asked ? this.times.slice : this.times.round);
  }

  #again(ms: number): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => inBackground(this.#prune(), "housekeeping", this.log), ms).unref();
  }
}
