/** Reads the outbox forwards, a stanza at a time, from memory while the sender keeps up and from the disk where not. */
import { bytesOf, type Weight } from "../../storage/outbox-row.js";
import type { OutboxStore, Position } from "../../storage/outbox-store.js";
import { inOneWrite, type WireText } from "../xml/wire-text.js";
import type { OutboxRow } from "./origin.js";
import { RowStanzas } from "./row-stanzas.js";
import type { Screening } from "./screening.js";
import { SINGLY, type Multicasted, type Ways, type Written } from "./ways.js";

/** The most that is kept in memory ahead of the sender; a single row may be larger. */
const AHEAD = { rows: 512, bytes: 1024 * 1024 };

const NO_TEXT = inOneWrite([]);

/** What the cursor passed: something to write, or what isn't written now or ever. */
export interface Passed {
  /**
   * - `written`: goes out
   * - `expired`: too old to be worth it
   * - `held`: waits in quarantine, from this place on
   */
  readonly kind: "written" | "expired" | "held";
  /** Complete; "" where nothing is written. */
  readonly text: WireText;
  readonly multicasts: readonly Multicasted[];
  readonly row: OutboxRow;
  /** The place in the row where it begins. */
  readonly place: number;
  /** What the outbox gets rid of once this is behind it. */
  readonly freed: Weight;
}

/** How the cursor goes on. */
export interface Going {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How stanzas go to their receivers; absent: to each one of its own. */
  readonly ways?: Ways;
  /** Whether a row waits in quarantine. */
  readonly holds: (row: OutboxRow) => boolean;
}

export class Cursor {
  readonly #store: OutboxStore;
  readonly #domain: string;
  readonly #screening: Screening;
  #position: Position;
  /** Rows from the position on, without a gap. */
  #ahead: OutboxRow[] = [];
  #aheadBytes = 0;
  /** The seq after the last row in #ahead. */
  #aheadEnd: number;
  /** The seq after the last row that may be written. */
  #diskEnd: number;
  /** The row at the position, taken apart once. */
  #stanzas: RowStanzas | undefined;

  constructor(store: OutboxStore, domain: string, screening: Screening) {
    this.#store = store;
    this.#domain = domain;
    this.#screening = screening;
    const first = store.from(0, 1, 0)[0];
    this.#diskEnd = store.next();
    this.#position = { seq: first?.seq ?? this.#diskEnd, done: first?.done ?? 0 };
    this.#aheadEnd = this.#position.seq;
  }

  /** The next stanza's place. */
  get position(): Position {
    return this.#position;
  }

  get hasMore(): boolean {
    return this.#ahead.length > 0 || this.#aheadEnd < this.#diskEnd;
  }

  /** How much is held in memory. */
  get ahead(): { readonly rows: number; readonly bytes: number } {
    return { rows: this.#ahead.length, bytes: this.#aheadBytes };
  }

  /** Takes note of rows that may be written, in the order of their commits. */
  append(rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      const fits = this.#ahead.length < AHEAD.rows && this.#aheadBytes < AHEAD.bytes;
      if (fits && row.seq === this.#aheadEnd) {
        this.#ahead.push(row);
        this.#aheadBytes += bytesOf(row);
        this.#aheadEnd = row.seq + 1;
      }
      this.#diskEnd = Math.max(this.#diskEnd, row.seq + 1);
    }
  }

  /**
   * Takes note of rows that another process added (the command line's `outbox retry`).
   * @param heldFrom the first row that may not be written yet
   */
  refresh(heldFrom = Infinity): void {
    this.#diskEnd = Math.max(this.#diskEnd, Math.min(this.#store.next(), heldFrom));
  }

  /** Goes back to here. */
  rewind(position: Position): void {
    this.#position = position;
    this.#ahead = [];
    this.#aheadBytes = 0;
    this.#aheadEnd = position.seq;
    this.#stanzas = undefined;
  }

  /**
   * Moves past the next stanza, or the next recipients of one, or past all that is left of a row that isn't written
   * now.
   * @returns undefined at the end, where the next one must wait until something more is routed, or where nothing of
   * the rows that were read next can be written: hasMore tells whether others follow
   * @throws where the rows can't be read; nothing was passed then
   */
  next({ now, ways = SINGLY, holds }: Going): Passed | undefined {
    const row = this.#row();
    if (row === undefined) return undefined;
    const { expiresAt } = row;
    const stanzas = this.#stanzasOf(row, now);
    const place = this.#position.seq === row.seq ? Math.max(row.done, this.#position.done) : row.done;
    const { count, parts, recipients } = stanzas;
    if (holds(row)) {
      this.#advance(row, count, count);
      return { kind: "held", text: NO_TEXT, multicasts: [], row, place, freed: { stanzas: 0, bytes: 0 } };
    }
    if (expiresAt !== undefined && expiresAt <= now) {
      const freed = { stanzas: count - place, bytes: this.#advance(row, count, count) };
      return { kind: "expired", text: NO_TEXT, multicasts: [], row, place, freed };
    }
    const written: Written | undefined =
      parts === undefined
        ? ways.one(stanzas.at(place), row)
        : ways.many({ parts, recipients, origin: row }, place);
    if (written === undefined) return undefined;
    const { text, multicasts } = written;
    const freed = { stanzas: written.count, bytes: this.#advance(row, place + written.count, count) };
    return { kind: "written", text, multicasts, row, place, freed };
  }

  #row(): OutboxRow | undefined {
    if (this.#ahead.length === 0 && this.#aheadEnd < this.#diskEnd) {
      const read = this.#store.from(this.#aheadEnd, AHEAD.rows, AHEAD.bytes, this.#diskEnd);
      this.#ahead = this.#screening.admit(read);
      this.#aheadBytes = this.#ahead.reduce((sum, row) => sum + bytesOf(row), 0);
      const last = read.at(-1);
      this.#aheadEnd = last === undefined ? this.#diskEnd : last.seq + 1;
    }
    return this.#ahead[0];
  }

  /** Moves to this recipient of the row, or past the row; the bytes that are free then. */
  #advance(row: OutboxRow, done: number, count: number): number {
    if (done < count) {
      this.#position = { seq: row.seq, done };
      return 0;
    }
    this.#ahead.shift();
    const bytes = bytesOf(row);
    this.#aheadBytes -= bytes;
    this.#position = { seq: row.seq + 1, done: 0 };
    this.#stanzas = undefined;
    return bytes;
  }

  #stanzasOf(row: OutboxRow, now: number): RowStanzas {
    const isLate = RowStanzas.isLate(row, now);
    const before = this.#stanzas;
    if (before?.row === row && before.isLate === isLate) return before;
    this.#stanzas = new RowStanzas(row, this.#domain, isLate);
    return this.#stanzas;
  }
}
