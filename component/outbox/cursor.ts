/** Reads the outbox forwards, a stanza at a time, from memory while the pump keeps up and from the disk where not. */
import type { OutboxStore, Position, Row } from "../../storage/outbox-store.js";
import { NS, xml } from "../xml/builder.js";
import { addressable, addressed, withLastChild, type Addressable } from "../xml/splice.js";

/** How many rows are kept in memory ahead of the pump. */
const READ_AHEAD = 256;
/** A message written later than this after it was accepted says so (XEP-0203); milliseconds. */
const LATE_MS = 5_000;

export interface Outgoing {
  readonly text: string;
  readonly acceptedAt: number;
}

export class Cursor {
  readonly #store: OutboxStore;
  readonly #domain: string;
  #position: Position;
  /** Rows from the position on, without a gap. */
  #ahead: Row[] = [];
  /** The seq after the last row in #ahead. */
  #aheadEnd: number;
  /** The seq after the last row known to be on disk. */
  #diskEnd: number;
  #template: { readonly seq: number; readonly parts: Addressable } | undefined;

  constructor(store: OutboxStore, domain: string) {
    this.#store = store;
    this.#domain = domain;
    const first = store.from(0, 1)[0];
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

  /** Takes note of rows just committed. */
  append(rows: readonly Row[]): void {
    for (const row of rows) {
      if (row.seq === this.#aheadEnd && this.#ahead.length < READ_AHEAD) {
        this.#ahead.push(row);
        this.#aheadEnd = row.seq + 1;
      }
      this.#diskEnd = Math.max(this.#diskEnd, row.seq + 1);
    }
  }

  /** Takes note of rows that another process added (the command line's `outbox retry`). */
  refresh(): void {
    this.#diskEnd = this.#store.next();
  }

  /** Goes back to here. */
  rewind(position: Position): void {
    this.#position = position;
    this.#ahead = [];
    this.#aheadEnd = position.seq;
  }

  /**
   * The next stanza, complete; the position moves past it.
   * @returns undefined at the end, "expired" for one that is too old to be worth sending
   */
  next(now: number): Outgoing | "expired" | undefined {
    const row = this.#row();
    if (row === undefined) return undefined;
    const index = this.#position.seq === row.seq ? this.#position.done : row.done;
    const expired = row.expiresAt !== undefined && row.expiresAt <= now;
    this.#advance(row, expired ? Infinity : index);
    if (expired) return "expired";
    const recipient = row.recipients?.[index];
    let text = recipient === undefined ? row.stanza : addressed(this.#partsOf(row), recipient);
    if (now - row.acceptedAt > LATE_MS && text.startsWith("<message"))
      text = this.#late(text, row.acceptedAt);
    return { text, acceptedAt: row.acceptedAt };
  }

  #row(): Row | undefined {
    if (this.#ahead.length === 0 && this.#aheadEnd < this.#diskEnd) {
      this.#ahead = this.#store.from(this.#aheadEnd, READ_AHEAD);
      const last = this.#ahead.at(-1);
      this.#aheadEnd = last === undefined ? this.#diskEnd : last.seq + 1;
    }
    return this.#ahead[0];
  }

  #advance(row: Row, index: number): void {
    if (row.recipients !== undefined && index + 1 < row.recipients.length) {
      this.#position = { seq: row.seq, done: index + 1 };
      return;
    }
    this.#ahead.shift();
    this.#position = { seq: row.seq + 1, done: 0 };
  }

  #partsOf(row: Row): Addressable {
    if (this.#template?.seq !== row.seq) this.#template = { seq: row.seq, parts: addressable(row.stanza) };
    return this.#template.parts;
  }

  #late(stanza: string, acceptedAt: number): string {
    const stamp = new Date(acceptedAt).toISOString();
    return withLastChild(stanza, xml("delay", { xmlns: NS.delay, from: this.#domain, stamp }));
  }
}
