/**
 * Retention: deletes messages older than rooms.archive_days, or than a room's shorter limit, a few at a time
 * (pruning.ts).
 */
import type { RoomsArchive } from "../../../storage/rooms-archive.js";
import type { RoomsConfig } from "../../config.js";
import type { Metrics } from "../../metrics.js";

const DAY_MS = 24 * 3600 * 1000;
/** Messages deleted and rooms examined at a time: a few milliseconds. Each message also leaves the full-text index. */
const MESSAGES = 20;
const ROOMS = 500;

export class Retention {
  /** The id of the last room examined in this round. */
  #place = 0;

  constructor(
    private readonly store: RoomsArchive,
    private readonly config: Pick<RoomsConfig, "archive_days">,
    private readonly metrics: Pick<Metrics, "archiveExpired">,
  ) {}

  /**
   * Deletes some messages; run it inside a transaction.
   * @param now milliseconds since 1970
   * @returns whether there may be more
   */
  slice(now: number): boolean {
    const deleted = this.#pruneAll(now);
    const isFull = deleted === MESSAGES;
    const [more, inRooms] = isFull ? [true, 0] : this.#pruneRooms(now, MESSAGES - deleted);
    this.metrics.archiveExpired.inc(deleted + inRooms);
    return more;
  }

  #pruneAll(now: number): number {
    const { archive_days: days } = this.config;
    return days === undefined ? 0 : this.store.expire(before(now, days), MESSAGES);
  }

  /** @returns whether there may be more, and how many were deleted */
  #pruneRooms(now: number, most: number): [boolean, number] {
    let deleted = 0;
    const rooms = this.store.forgettingAfter(this.#place, ROOMS);
    for (const { id, days } of rooms) {
      deleted += this.store.expireIn(id, before(now, days), most - deleted);
      if (deleted >= most) return [true, deleted];
      this.#place = id;
    }
    if (rooms.length === ROOMS) return [true, deleted];
    this.#place = 0;
    return [false, deleted];
  }
}

/** The time that many days before, in microseconds since 1970. */
function before(now: number, days: number): number {
  return (now - days * DAY_MS) * 1000;
}
