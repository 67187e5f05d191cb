import type { GroupCommit } from "../../storage/group-commit.js";
import { inBackground } from "../background.js";
import { Pruning, type PruneSlice } from "../limits/pruning.js";
import { inSlice } from "../limits/meter.js";
import type { Metrics } from "../metrics.js";
import { destroy } from "./admin/destroying.js";
import type { RoomContext } from "./context.js";
import { latestId, type StanzaIds } from "./room/stable-ids.js";
import { Retention } from "./retention.js";
import { roomJid } from "./rooms.js";

/** The pauses between two rounds of indexing, and between two parts of a round, in milliseconds. */
const INDEXING = { round: 10_000, slice: 20 };
/** The minimum age of messages to index, in milliseconds. By then, all earlier messages are committed, too. */
const SETTLED_MS = 10_000;
/** How many messages are moved at a time. */
const MESSAGES = 20;
const TOMBSTONES = 500;
const LOCKED_MS = 30_000;
const LOCKED_ROOMS = 100;

/** Runs the background work: retention, and forgets tombstones, indexes messages, destroys unconfigured rooms. */
export class Housekeeping {
  readonly retention: Retention;
  readonly #pruning: Pruning;
  readonly #indexing: Pruning;
  #locked: NodeJS.Timeout | undefined;
  #isHealing = false;

  constructor(
    private readonly context: RoomContext,
    commit: GroupCommit,
    metrics: Pick<Metrics, "archiveExpired" | "eventLoop">,
    private readonly stanzaIds: StanzaIds,
  ) {
    const { rooms, stores, log } = context;
    this.retention = new Retention(context, metrics);
    const job =
      (name: string, slice: PruneSlice): PruneSlice =>
      (now) =>
        metrics.eventLoop.run(name, () => slice(now));
    const expiring = [
      job("moving messages out of the future", (now) => this.heal(now)),
      job("deleting expired messages", (now) => this.retention.expire(now)),
      job("forgetting destroyed rooms", (now) => {
        const expired = stores.tombstones.prune(rooms.tombstonesSince(now), TOMBSTONES);
        return expired === TOMBSTONES;
      }),
    ];
    this.#pruning = new Pruning(commit, expiring, log);
    this.#indexing = new Pruning(commit, [job("indexing messages", (now) => this.index(now))], log, INDEXING);
  }

  start(): void {
    this.#pruning.start();
    this.#pruning.soon();
    this.#indexing.start();
    const round = (): void =>
      inBackground(this.endLocked(Date.now()), "removing locked rooms", this.context.log);
    this.#locked = setInterval(round, LOCKED_MS).unref();
  }

  stop(): void {
    this.#pruning.stop();
    this.#indexing.stop();
    clearInterval(this.#locked);
  }

  /** Adds some messages to the full-text index. @param now milliseconds since 1970 @returns whether more may remain */
  index(now: number): boolean {
    return inSlice(this.context.stores.reads.index((now - SETTLED_MS) * 1000));
  }

  /**
   * Moves some messages that are in the future to the present, in order: the clock was ahead, and was set back. Until all
   * are moved, new ones follow them there. A PruneSlice (pruning.ts).
   */
  heal(now: number): boolean {
    if (!this.stanzaIds.isAhead(now)) return (this.#isHealing = false);
    const { future } = this.context.stores;
    const latest = latestId(now);
    const ids = future.messages(latest, MESSAGES);
    if (!this.#isHealing) {
      future.moveOthers(latest, now * 1000);
      this.context.log.warn(
        "The machine's clock was ahead: rooms' messages that it put into the future get the present time. " +
          "Check how the clock is set (timedatectl).",
      );
    }
    this.#isHealing = true;
    let to = Math.max(future.newestUpTo(latest), now * 1000);
    for (const id of ids) future.move(id, (to += 1));
    if (ids.length === MESSAGES) return true;
    this.stanzaIds.resume(to);
    return false;
  }

  /**
   * Destroys some rooms that weren't configured within rooms.lock_minutes after creation. Only owners can enter them.
   * @param now milliseconds since 1970
   */
  async endLocked(now: number): Promise<void> {
    const { context } = this;
    const { stores, config, log, rooms, transactions, domain } = context;
    try {
      for (const name of stores.rooms.lockedSince(now - config.lock_minutes * 60_000, LOCKED_ROOMS)) {
        const jid = roomJid(name, domain);
        const room = jid && rooms.find(jid);
        if (room?.isLocked !== true) continue;
        await transactions.do(undefined, (transaction) =>
          destroy({ context, transaction, room }, { reason: "The room was not configured in time." }),
        );
      }
    } catch (error) {
      log.warn(
        `Rooms that were not configured could not be removed, retrying in ${LOCKED_MS / 1000} s: ${String(error)}`,
      );
    }
  }
}
