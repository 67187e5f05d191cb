import type { GroupCommit } from "../../storage/group-commit.js";
import type { Metrics } from "../metrics.js";
import { Pruning, type PruneSlice } from "../limits/pruning.js";
import { Retention } from "./archive/retention.js";
import type { RoomContext } from "./context.js";
import { LockTimeout } from "./occupancy/lock-timeout.js";

/** The pauses between two rounds of indexing, and between two parts of a round, in milliseconds. */
const INDEXING = { round: 10_000, slice: 20 };
/** The minimum age of messages to index, in milliseconds. By then, all earlier messages are committed, too. */
const SETTLED_MS = 10_000;

/** Runs the background work: deletes expired messages and tombstones, indexes messages, destroys unconfigured rooms. */
export class Housekeeping {
  readonly retention: Retention;
  readonly lockTimeout: LockTimeout;
  readonly #pruning: Pruning;
  readonly #indexing: Pruning;

  constructor(
    private readonly context: RoomContext,
    commit: GroupCommit,
    metrics: Pick<Metrics, "archiveExpired" | "eventLoop">,
  ) {
    const { config, rooms, log } = context;
    this.retention = new Retention(context.stores.archive, config, metrics);
    this.lockTimeout = new LockTimeout(context);
    const job =
      (name: string, slice: PruneSlice): PruneSlice =>
      (now) =>
        metrics.eventLoop.run(name, () => slice(now));
    this.#pruning = new Pruning(
      commit,
      [
        job("deleting expired messages", (now) => this.retention.slice(now)),
        job("forgetting destroyed rooms", (now) => rooms.tombstones.slice(now)),
      ],
      log,
    );
    this.#indexing = new Pruning(commit, [job("indexing messages", (now) => this.index(now))], log, INDEXING);
  }

  /** Adds some messages to the full-text index. @param now milliseconds since 1970 @returns whether more may remain */
  index(now: number): boolean {
    return this.context.archive.index((now - SETTLED_MS) * 1000);
  }

  start(): void {
    this.#pruning.start();
    this.#indexing.start();
    this.lockTimeout.start();
  }

  stop(): void {
    this.#pruning.stop();
    this.#indexing.stop();
    this.lockTimeout.stop();
  }
}
