/**
 * Forgetting what was said longer ago than it is kept: by the service (rooms.archive_days), or by a room that keeps it
 * for fewer days (features/retention.ts). A little at a time: pruning.ts calls for one slice after another.
 */
import type { RoomsArchive } from "../../../storage/rooms-archive.js";
import type { RoomsConfig } from "../../config.js";
import type { Metrics } from "../../metrics.js";

const DAY_MS = 24 * 3600 * 1000;
/**
 * So many messages are deleted at once, as each is taken out of the index of what was said, which is put in order with
 * as much work; and so many rooms with a term of their own are looked at: a few milliseconds.
 */
const MESSAGES = 20;
const ROOMS = 500;

export class Retention {
  /** The room up to which this round has come. */
  #place = 0;

  constructor(
    private readonly store: RoomsArchive,
    private readonly config: Pick<RoomsConfig, "archive_days">,
    private readonly metrics: Pick<Metrics, "archiveExpired">,
  ) {}

  /**
   * Deletes some; to be called inside a transaction.
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

/** When that was, in microseconds since 1970. */
function before(now: number, days: number): number {
  return (now - days * DAY_MS) * 1000;
}
