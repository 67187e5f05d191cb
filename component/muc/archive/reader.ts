import type { Database } from "../../../storage/database.js";
import type { StoredMessage } from "../../../storage/rooms-archive.js";
import {
  RoomsArchiveReads,
  type ArchiveFilter,
  type End,
  type PageSize,
  type StoredPage,
} from "../../../storage/rooms-archive-reads.js";
import type { Jid } from "../../addresses/address.js";
import { atOnce, inSlice } from "../../limits/meter.js";
import type { ReadRequest, ReadLimiter } from "../limits/read-limiter.js";

/** Reads archives and histories, metered (meter.ts) and charged to the user. No other code may read them. */
export class ArchiveReader {
  readonly #reads: RoomsArchiveReads;

  constructor(
    db: Database,
    private readonly reading: ReadLimiter,
  ) {
    this.#reads = new RoomsArchiveReads(db);
  }

  /** Reads a page (RoomsArchiveReads.page). @throws StanzaError resource-constraint if the user's budget is used up */
  page(
    request: ReadRequest,
    room: number,
    filter: ArchiveFilter,
    at: { size: PageSize; end: End },
  ): Promise<StoredPage> {
    const name = filter.words === undefined ? "archive page" : "archive search";
    return this.reading.metered(name, request, this.#reads.page(room, filter, at.size, at.end));
  }

  /** Reads messages by id (RoomsArchiveReads.some). @throws StanzaError as page() */
  some(
    request: ReadRequest,
    room: number,
    ids: readonly number[],
    bytes: number,
  ): Promise<StoredMessage[] | "missing" | "long"> {
    return this.reading.metered("archive page", request, this.#reads.some(room, ids, bytes));
  }

  /** Counts messages (RoomsArchiveReads.count). @throws StanzaError as page() */
  count(request: ReadRequest, room: number, filter: ArchiveFilter): Promise<number | undefined> {
    return this.reading.metered("archive count", request, this.#reads.count(room, filter));
  }

  /** Reads the newest messages for a newcomer, oldest first. @param since earliest time, in microseconds since 1970 */
  history(from: Jid, room: number, since: number, size: PageSize): StoredMessage[] {
    return atOnce(this.#reads.history(room, since, size), (bytes, ms) =>
      this.reading.charge({ from }, bytes, ms),
    );
  }

  /** Adds messages to the full-text index for a few milliseconds. @returns whether messages remain */
  index(before: number): boolean {
    return inSlice(this.#reads.index(before));
  }
}
