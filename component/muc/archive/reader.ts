/** Reading rooms' archives and histories: the only way to them, as all of it goes through the meter. */
import type { Database } from "../../../storage/database.js";
import type { StoredMessage } from "../../../storage/rooms-archive.js";
import {
  RoomsArchiveReads,
  type ArchiveFilter,
  type End,
  type PageSize,
  type StoredPage,
} from "../../../storage/rooms-archive-reads.js";
import type { Jid } from "../../address.js";
import { atOnce, inSlice } from "../../meter.js";
import type { ReadRequest, ReadLimiter } from "../limits/read-limiter.js";

export class ArchiveReader {
  readonly #reads: RoomsArchiveReads;

  constructor(
    db: Database,
    private readonly reading: ReadLimiter,
  ) {
    this.#reads = new RoomsArchiveReads(db);
  }

  /** As RoomsArchiveReads.page(). @throws StanzaError resource-constraint once the budget is used up, as all here */
  page(
    request: ReadRequest,
    room: number,
    filter: ArchiveFilter,
    at: { size: PageSize; end: End },
  ): Promise<StoredPage> {
    const name = filter.words === undefined ? "archive page" : "archive search";
    return this.reading.metered(name, request, this.#reads.page(room, filter, at.size, at.end));
  }

  /** As RoomsArchiveReads.some(). */
  some(
    request: ReadRequest,
    room: number,
    ids: readonly number[],
    bytes: number,
  ): Promise<StoredMessage[] | "missing" | "long"> {
    return this.reading.metered("archive page", request, this.#reads.some(room, ids, bytes));
  }

  /** As RoomsArchiveReads.count(). */
  count(request: ReadRequest, room: number, filter: ArchiveFilter): Promise<number | undefined> {
    return this.reading.metered("archive count", request, this.#reads.count(room, filter));
  }

  /** The newest messages for one who enters, oldest first; `size` bounds what it costs. */
  history(from: Jid, room: number, since: number, size: PageSize): StoredMessage[] {
    return atOnce(this.#reads.history(room, since, size), (bytes, ms) =>
      this.reading.charge({ from }, bytes, ms),
    );
  }

  /** As RoomsArchiveReads.index(), for a few milliseconds. @returns whether there may be more */
  index(before: number): boolean {
    return inSlice(this.#reads.index(before));
  }
}
