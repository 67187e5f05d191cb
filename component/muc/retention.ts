/** Deletes the archived messages that are too old. */
import type { Metrics } from "../metrics.js";
import type { RoomContext } from "./context.js";

const DAY_MS = 24 * 3600 * 1000;
/** How many messages are deleted at a time. Few, because each is also deleted from the full-text index. */
const MESSAGES = 20;
const ROOMS = 500;

export class Retention {
  /** The id of the room whose own limit was examined last; 0 at the start of a round. */
  #place = 0;

  constructor(
    private readonly context: Pick<RoomContext, "config" | "stores">,
    private readonly metrics: Pick<Metrics, "archiveExpired">,
  ) {}

  /** Deletes some messages older than rooms.archive_days or the room's own limit, as a PruneSlice (pruning.ts). */
  expire(now: number): boolean {
    const { config, stores } = this.context;
    const before = (days: number): number => (now - days * DAY_MS) * 1000;
    const { archive_days: days } = config;
    let deleted = days === undefined ? 0 : stores.archive.expire(before(days), MESSAGES);
    const rooms = deleted < MESSAGES ? stores.archive.forgettingAfter(this.#place, ROOMS) : [];
    for (const room of rooms) {
      deleted += stores.archive.expireIn(room.id, before(room.days), MESSAGES - deleted);
      if (deleted >= MESSAGES) break;
      this.#place = room.id;
    }
    this.metrics.archiveExpired.inc(deleted);
    if (deleted >= MESSAGES || rooms.length === ROOMS) return true;
    this.#place = 0;
    return false;
  }
}
