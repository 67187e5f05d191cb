/** What is done to rooms by itself, from time to time and a little at a time. */
import type { Logger } from "winston";
import { RoomsRetention } from "../../storage/rooms-retention.js";
import type { Database } from "../../storage/database.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { Metrics } from "../metrics.js";
import { Pruning } from "../pruning.js";
import { Retention } from "./archive/retention.js";
import type { RoomContext } from "./context.js";
import { LockTimeout } from "./occupancy/lock-timeout.js";

export interface HousekeepingParts {
  readonly context: RoomContext;
  readonly db: Database;
  readonly commit: GroupCommit;
  readonly metrics: Pick<Metrics, "archiveExpired">;
  readonly log: Logger;
}

export class Housekeeping {
  readonly retention: Retention;
  readonly lockTimeout: LockTimeout;
  readonly #pruning: Pruning;

  constructor({ context, db, commit, metrics, log }: HousekeepingParts) {
    const { config, rooms } = context;
    this.retention = new Retention(new RoomsRetention(db), config, metrics);
    this.lockTimeout = new LockTimeout(context);
    this.#pruning = new Pruning(
      commit,
      [(now) => this.retention.slice(now), (now) => rooms.destroyed.slice(now)],
      log,
    );
  }

  start(): void {
    this.#pruning.start();
    this.lockTimeout.start();
  }

  stop(): void {
    this.#pruning.stop();
    this.lockTimeout.stop();
  }
}
