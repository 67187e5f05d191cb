/** Background work of rooms: retention, tombstones, indexing, unconfigured rooms. */
import type { GroupCommit } from "../../storage/group-commit.js";
import type { Metrics } from "../metrics.js";
import { Pruning, type PruneSlice } from "../pruning.js";
import { Retention } from "./archive/retention.js";
import type { RoomContext } from "./context.js";
import { LockTimeout } from "./occupancy/lock-timeout.js";

/** Milliseconds between two rounds of indexing, and between two slices of a round. */
const INDEXING = { round: 10_000, slice: 20 };
/** Milliseconds after which a message is committed, and no earlier one can follow. */
const SETTLED_MS = 10_000;

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

  /** Indexes some messages. @returns whether there may be more */
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
