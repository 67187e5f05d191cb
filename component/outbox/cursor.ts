/** Reads the outbox forwards, a stanza at a time, from memory while the pump keeps up and from the disk where not. */
import {
  bytesOf,
  type OutboxStore,
  type Position,
  type Row,
  type Weight,
} from "../../storage/outbox-store.js";
import { renewed } from "../forging/first-mirror.js";
import { NS, xml } from "../xml/builder.js";
import { addressable, eachWithLastChild, type Addressable } from "../xml/splice.js";
import { asStored, type WireText } from "../xml/wire-text.js";
import { SINGLY, type Multicasted, type Ways, type Written } from "./ways.js";

/** The most that is kept in memory ahead of the pump; a single row may be larger. */
const AHEAD = { rows: 512, bytes: 1024 * 1024 };
/** A message written later than this after it was accepted says so (XEP-0203); milliseconds. */
const LATE_MS = 5_000;

/** What the cursor passed: something to write, or what is too old to be worth writing. */
export interface Passed {
  /** Complete; undefined where it is too old. */
  readonly text: WireText | undefined;
  readonly multicasts: readonly Multicasted[];
  readonly seq: number;
  readonly acceptedAt: number;
  /** What the outbox gets rid of once this is behind it. */
  readonly freed: Weight;
}

/** The row whose recipients are being written, taken apart once. */
interface Split {
  readonly seq: number;
  readonly isLate: boolean;
  readonly parts: Addressable;
  readonly recipients: readonly string[];
}

export class Cursor {
  readonly #store: OutboxStore;
  readonly #domain: string;
  #position: Position;
  /** Rows from the position on, without a gap. */
  #ahead: Row<WireText>[] = [];
  #aheadBytes = 0;
  /** The seq after the last row in #ahead. */
  #aheadEnd: number;
  /** The seq after the last row that may be written. */
  #diskEnd: number;
  #split: Split | undefined;

  constructor(store: OutboxStore, domain: string) {
    this.#store = store;
    this.#domain = domain;
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
  append(rows: readonly Row<WireText>[]): void {
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
  }

  /**
   * Moves past the next stanza, or the next recipients of one, or past all that is left of a row that is too old to
   * be worth sending.
   * @param now milliseconds since 1970
   * @param ways how stanzas go to their receivers
   * @returns undefined at the end, or where the next one must wait until something more is routed
   * @throws where the rows can't be read; nothing was passed then
   */
  next(now: number, ways: Ways = SINGLY): Passed | undefined {
    const row = this.#row();
    if (row === undefined) return undefined;
    const { seq, acceptedAt, expiresAt } = row;
    const index = this.#position.seq === seq ? this.#position.done : row.done;
    const isExpired = expiresAt !== undefined && expiresAt <= now;
    const isLate = now - acceptedAt > LATE_MS;
    const split = row.recipients === undefined ? undefined : this.#splitOf(row, row.recipients, isLate);
    const count = split?.recipients.length ?? 1;
    if (isExpired) {
      const freed = { stanzas: count - index, bytes: this.#advance(row, count, count) };
      return { text: undefined, multicasts: [], seq, acceptedAt, freed };
    }
    const written: Written | undefined =
      split === undefined
        ? ways.one(this.#textOf(row, isLate))
        : ways.many(split.parts, split.recipients, index);
    if (written === undefined) return undefined;
    const { text, multicasts } = written;
    const freed = { stanzas: written.count, bytes: this.#advance(row, index + written.count, count) };
    return { text, multicasts, seq, acceptedAt, freed };
  }

  #row(): Row<WireText> | undefined {
    if (this.#ahead.length === 0 && this.#aheadEnd < this.#diskEnd) {
      const rows = this.#store.from(this.#aheadEnd, AHEAD.rows, AHEAD.bytes, this.#diskEnd);
      this.#ahead = rows.map((row) => ({ ...row, stanza: asStored(row.stanza) }));
      this.#aheadBytes = this.#ahead.reduce((sum, row) => sum + bytesOf(row), 0);
      const last = this.#ahead.at(-1);
      this.#aheadEnd = last === undefined ? this.#diskEnd : last.seq + 1;
    }
    return this.#ahead[0];
  }

  /** Moves to this recipient of the row, or past the row; the bytes that are free then. */
  #advance(row: Row, done: number, count: number): number {
    if (done < count) {
      this.#position = { seq: row.seq, done };
      return 0;
    }
    this.#ahead.shift();
    const bytes = bytesOf(row);
    this.#aheadBytes -= bytes;
    this.#position = { seq: row.seq + 1, done: 0 };
    return bytes;
  }

  #splitOf(row: Row<WireText>, recipients: string, isLate: boolean): Split {
    if (this.#split?.seq !== row.seq || this.#split.isLate !== isLate) {
      const parts = addressable(this.#textOf(row, isLate));
      this.#split = { seq: row.seq, isLate, parts, recipients: recipients.split("\n") };
    }
    return this.#split;
  }

  /** What is written of a row. Only messages carry a delay: a presence says what is so now. */
  #textOf(row: Row<WireText>, isLate: boolean): WireText {
    const { acceptedAt } = row;
    const stanza = renewed(row.stanza);
    if (!isLate || !stanza.startsWith("<message")) return stanza;
    const stamp = new Date(acceptedAt).toISOString();
    return eachWithLastChild(stanza, xml("delay", { xmlns: NS.delay, from: this.#domain, stamp }));
  }
}
