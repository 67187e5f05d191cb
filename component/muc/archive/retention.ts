import type { RoomsArchive } from "../../../storage/rooms-archive.js";
import type { RoomsConfig } from "../../config.js";
import type { Metrics } from "../../metrics.js";

const DAY_MS = 24 * 3600 * 1000;
/** How many messages are deleted at a time. Few, because each is also deleted from the full-text index. */
const MESSAGES = 20;
/** How many rooms are examined at a time. */
const ROOMS = 500;

/** Deletes messages older than rooms.archive_days or the room's own limit, a few at a time (pruning.ts). */
export class Retention {
  /** The id of the room examined last; 0 at the start of a round. */
  #place = 0;

  constructor(
    private readonly store: RoomsArchive,
    private readonly config: Pick<RoomsConfig, "archive_days">,
    private readonly metrics: Pick<Metrics, "archiveExpired">,
  ) {}

  /** Deletes some expired messages, as a PruneSlice (pruning.ts). */
  slice(now: number): boolean {
    const deleted = this.#pruneAll(now);
    const isFull = deleted === MESSAGES;
    const [more, inRooms] = isFull ? [true, 0] : this.#pruneRooms(now, MESSAGES - deleted);
    this.metrics.archiveExpired.inc(deleted + inRooms);
    return more;
  }

  /** Deletes messages older than rooms.archive_days. @returns how many */
  #pruneAll(now: number): number {
    const { archive_days: days } = this.config;
    return days === undefined ? 0 : this.store.expire(before(now, days), MESSAGES);
  }

  /** Deletes messages older than their rooms' limits. @returns whether more may remain, and how many were deleted */
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

/** Returns the time `days` before `now` (milliseconds since 1970), in microseconds since 1970. */
function before(now: number, days: number): number {
  return (now - days * DAY_MS) * 1000;
}
