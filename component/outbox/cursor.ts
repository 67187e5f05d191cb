/** Reads the outbox forwards, a stanza at a time, from memory while the sender keeps up and from the disk where not. */
import { bytesOf, type Weight } from "../../storage/outbox-row.js";
import type { Beginning, OutboxStore, Position } from "../../storage/outbox-store.js";
import { isBefore } from "../../storage/outbox-progress.js";
import { inOneWrite, type WireText } from "../xml/wire-text.js";
import type { Envelopes } from "./envelopes.js";
import type { OutboxRow } from "./origin.js";
import type { RefusedStanzas } from "./refused-stanzas.js";
import { isCopy, RowStanzas } from "./row-stanzas.js";
import { STREAM_ONLY, type Multicast, type Outgoing, type Routes } from "./routes.js";
import type { RowValidation } from "./row-validation.js";
import { RowWays } from "./row-ways.js";
import type { Ways } from "./ways.js";

/** The most that is read ahead and kept in memory; a single row may be larger. */
const READ_AHEAD = { rows: 512, bytes: 1024 * 1024 };

const NO_TEXT = inOneWrite([]);

/** One step of the cursor: past something to write, or past what isn't written now or ever. */
export interface Step {
  /**
   * - `written`: goes out
   * - `expired`: too old to be worth it
   * - `omitted`: for the other way alone, or routed before, be it that it is too old to be sent again
   * - `quarantined`: waits in quarantine, from this place on
   */
  readonly kind: "written" | "expired" | "omitted" | "quarantined";
  /** Complete; "" where nothing is written. */
  readonly text: WireText;
  readonly multicasts: readonly Multicast[];
  readonly row: OutboxRow;
  /** The place in the row where it begins. */
  readonly place: number;
  /** What the outbox gets rid of once this is behind it. */
  readonly freed: Weight;
}

/** How rows are read. */
export interface ReadOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** By which routes stanzas go to their receivers; absent: by the stream alone. */
  readonly routes?: Routes;
  /** Nothing from this place on is read now. */
  readonly before?: Position | undefined;
  /** Whether a row waits in quarantine. */
  readonly isQuarantined: (row: OutboxRow) => boolean;
}

/** What a cursor works with. */
export interface CursorParts {
  readonly store: OutboxStore;
  /** Where what is to be sent begins. */
  readonly beginning: Pick<Beginning, "start" | "sentBefore">;
  /** The component's. */
  readonly domain: string;
  readonly validation: RowValidation;
  readonly ways: Ways;
  readonly envelopes: Envelopes;
  readonly refused: RefusedStanzas;
}

export class Cursor {
  readonly #parts: CursorParts;
  readonly #ways: RowWays;
  #position: Position;
  /** The rows that are read ahead: from the position on, without a gap. */
  #buffered: OutboxRow[] = [];
  #bufferedBytes = 0;
  /** The seq after the last row in #buffered. */
  #bufferedEnd: number;
  /** The seq after the last row that may be written. */
  #diskEnd: number;
  /** The row at the position, taken apart once. */
  #stanzas: RowStanzas | undefined;
  /** Rows below this seq were confirmed before. */
  #sentEnd: number;

  constructor(parts: CursorParts) {
    const { store, beginning } = parts;
    this.#parts = parts;
    this.#ways = new RowWays(parts.ways);
    this.#diskEnd = store.next();
    this.#position = beginning.start;
    this.#bufferedEnd = this.#position.seq;
    this.#sentEnd = endOf(beginning.sentBefore);
  }

  /** The next stanza's place. */
  get position(): Position {
    return this.#position;
  }

  get hasMore(): boolean {
    return this.#buffered.length > 0 || this.#bufferedEnd < this.#diskEnd;
  }

  /** How much is held in memory. */
  get readAhead(): { readonly rows: number; readonly bytes: number } {
    return { rows: this.#buffered.length, bytes: this.#bufferedBytes };
  }

  /** Takes note of rows that may be written, in the order of their commits. */
  append(rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      const fits = this.#buffered.length < READ_AHEAD.rows && this.#bufferedBytes < READ_AHEAD.bytes;
      if (fits && row.seq === this.#bufferedEnd) {
        this.#buffered.push(row);
        this.#bufferedBytes += bytesOf(row);
        this.#bufferedEnd = row.seq + 1;
      }
      this.#diskEnd = Math.max(this.#diskEnd, row.seq + 1);
    }
  }

  /**
   * Takes note of rows that another process added (the command line's `outbox retry`).
   * @param heldFrom the first row that may not be written yet
   */
  refresh(heldFrom = Infinity): void {
    this.#diskEnd = Math.max(this.#diskEnd, Math.min(this.#parts.store.next(), heldFrom));
  }

  /** Goes back to `start`: all until `end` was confirmed, and is sent again. */
  replay(start: Position, end: Position): void {
    this.#sentEnd = Math.max(this.#sentEnd, endOf(end));
    this.rewind(start);
  }

  /**
   * The rows from one place to before another that aren't in quarantine and are wanted.
   * @throws where they can't be read
   */
  find(from: Position, to: Position, isWanted: (row: OutboxRow) => boolean): OutboxRow[] {
    const { store, validation } = this.#parts;
    const found: OutboxRow[] = [];
    for (let next = from.seq; next < to.seq;) {
      const read = store.from(next, READ_AHEAD.rows, READ_AHEAD.bytes, to.seq);
      found.push(...validation.validate(read).filter(isWanted));
      next = (read.at(-1)?.seq ?? to.seq) + 1;
    }
    return found;
  }

  /** Goes back to here. */
  rewind(position: Position): void {
    this.#position = position;
    this.#buffered = [];
    this.#bufferedBytes = 0;
    this.#bufferedEnd = position.seq;
    this.#stanzas = undefined;
    this.#ways.forget();
  }

  /**
   * Moves past the next stanza, or the next recipients of one, or past all that is left of a row that isn't written
   * now.
   * @returns undefined at the end, where the next one must wait until something more is routed, or where nothing of
   * the rows that were read next can be written: hasMore tells whether others follow
   * @throws where the rows can't be read; nothing was passed then
   */
  next({ now, routes = STREAM_ONLY, before, isQuarantined }: ReadOptions): Step | undefined {
    const row = this.#row();
    if (row === undefined) return undefined;
    const { expiresAt, sender } = row;
    const stanzas = this.#stanzasOf(row, now);
    const place = this.#position.seq === row.seq ? Math.max(row.done, this.#position.done) : row.done;
    if (before !== undefined && !isBefore({ seq: row.seq, done: place }, before)) return undefined;
    const { count, parts, recipients } = stanzas;
    const passed = (kind: Step["kind"], stanzas: number, to: number, text = NO_TEXT): Step => {
      const freed = { stanzas, bytes: this.#advance(row, to, count) };
      return { kind, text, multicasts: [], row, place, freed };
    };
    if (this.#isRouted(row, place)) return passed("omitted", 1, place + 1);
    const way = isQuarantined(row) ? undefined : this.#ways.of(row, place);
    if (way === undefined) {
      this.#advance(row, count, count);
      return {
        kind: "quarantined",
        text: NO_TEXT,
        multicasts: [],
        row,
        place,
        freed: { stanzas: 0, bytes: 0 },
      };
    }
    const isTooOld = expiresAt !== undefined && expiresAt <= now;
    if (isTooOld || way === "omitted") {
      const isOmitted = way === "omitted" || this.#wasSent(row);
      return passed(isOmitted ? "omitted" : "expired", count - place, count);
    }
    if (way === "privileged") {
      const text = this.#parts.envelopes.of(stanzas.at(place), sender, { seq: row.seq, done: place });
      return passed("written", 1, place + 1, text);
    }
    const outgoing: Outgoing | undefined =
      parts === undefined
        ? routes.one(stanzas.at(place), isCopy(row, place) ? { sender, receiver: sender } : row)
        : routes.many({ parts, recipients, origin: row }, place);
    if (outgoing === undefined) return undefined;
    const { text, multicasts } = outgoing;
    const freed = { stanzas: outgoing.count, bytes: this.#advance(row, place + outgoing.count, count) };
    return { kind: "written", text, multicasts, row, place, freed };
  }

  #row(): OutboxRow | undefined {
    if (this.#buffered.length === 0 && this.#bufferedEnd < this.#diskEnd) {
      const read = this.#parts.store.from(
        this.#bufferedEnd,
        READ_AHEAD.rows,
        READ_AHEAD.bytes,
        this.#diskEnd,
      );
      this.#buffered = this.#parts.validation.validate(read);
      this.#bufferedBytes = this.#buffered.reduce((sum, row) => sum + bytesOf(row), 0);
      const last = read.at(-1);
      this.#bufferedEnd = last === undefined ? this.#diskEnd : last.seq + 1;
    }
    const [row] = this.#buffered;
    if (row !== undefined && row.seq > this.#position.seq) this.#position = { seq: row.seq, done: 0 };
    return row;
  }

  /** Moves to this recipient of the row, or past the row; the bytes that are free then. */
  #advance(row: OutboxRow, done: number, count: number): number {
    if (done < count) {
      this.#position = { seq: row.seq, done };
      return 0;
    }
    this.#buffered.shift();
    const bytes = bytesOf(row);
    this.#bufferedBytes -= bytes;
    this.#position = { seq: row.seq + 1, done: 0 };
    this.#stanzas = undefined;
    return bytes;
  }

  /** Whether it was routed before. A copy wasn't where its message was refused: the server was to make it. */
  #isRouted(row: OutboxRow, place: number): boolean {
    const { refused } = this.#parts;
    if (!refused.isRouted(row, place)) return false;
    return isCopy(row, place) ? refused.isRouted(row, place - 1) : !this.#ways.isFollowing(row);
  }

  #wasSent({ seq }: OutboxRow): boolean {
    return seq < this.#sentEnd;
  }

  #stanzasOf(row: OutboxRow, now: number): RowStanzas {
    const isLate = this.#wasSent(row) || RowStanzas.isLate(row, now);
    const before = this.#stanzas;
    if (before?.row === row && before.isLate === isLate) return before;
    this.#stanzas = new RowStanzas(row, this.#parts.domain, isLate);
    return this.#stanzas;
  }
}

/** A row of which only a part was sent counts as sent. */
function endOf({ seq, done }: Position): number {
  return done > 0 ? seq + 1 : seq;
}
