/**
 * Reads the waiting rows in order, from memory or, if the outbox can't keep up with the calls, from the disk. After a
 * rewind, the parked rows come first.
 */
import type { OutboxStore } from "../../storage/outbox-store.js";
import { bytesOf, type Position, type Row } from "../../storage/outbox-row.js";
import { asStored } from "../xml/wire-text.js";
import type { Quotas } from "./quotas.js";
import type { OutboxRow } from "./row-stanzas.js";

/** The limits for rows in memory; a single row may be larger. */
const READ_AHEAD = { rows: 512, bytes: 1024 * 1024 };

/**
 * How waiting rows are divided into writes, each followed by an ack request, so that the first calls are answered while
 * the server processes the rest. More writes would cost more: an ack request costs as much as a message.
 */
const WRITES = { most: 4, leastRows: 16 };

/** A stanza of a row, by its offset in the row. */
export interface StanzaAt {
  readonly row: OutboxRow;
  readonly offset: number;
}

export class WaitingRows {
  /** The id after the newest row. */
  end: number;
  /** The rows in memory, without a gap in their ids. */
  #ahead: OutboxRow[] = [];
  #bytes = 0;
  /** The id after the last row in memory. */
  #aheadEnd: number;
  /** The read position: the row that was begun, and the offset of its next stanza. */
  #begun: Position;
  /** Parked rows in memory, where to read on, and the offset in the first row; undefined if all were passed. */
  #parked: { rows: OutboxRow[]; from: number; offset: number } | undefined;
  /** The offset of the first unacked stanza of partly acked parked rows, by row id. */
  readonly #ackedOffsets = new Map<number, number>();

  /** @param start the id of the first waiting row */
  constructor(
    private readonly store: OutboxStore,
    private readonly quotas: Quotas,
    start: number,
  ) {
    this.#aheadEnd = start;
    this.#begun = { rowId: start, offset: 0 };
    this.end = store.next();
  }

  /** Whether there may be more rows to read. */
  get hasMore(): boolean {
    return this.#parked !== undefined || this.#ahead.length > 0 || this.#aheadEnd < this.end;
  }

  /** Whether some stanzas of a parked row are acked. */
  get isPartlyAcked(): boolean {
    return this.#ackedOffsets.size > 0;
  }

  /** How many rows the next write may take. */
  get part(): number {
    return Math.max(WRITES.leastRows, Math.ceil(this.#ahead.length / WRITES.most));
  }

  append(rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      const fits = this.#ahead.length < READ_AHEAD.rows && this.#bytes < READ_AHEAD.bytes;
      if (fits && row.rowId === this.#aheadEnd) {
        this.#ahead.push(row);
        this.#bytes += bytesOf(row);
        this.#aheadEnd = row.rowId + 1;
      }
      this.end = row.rowId + 1;
    }
  }

  /** Returns the next waiting stanza, if any. @throws if the rows can't be read; then the position is unchanged */
  next(): StanzaAt | undefined {
    const parked = this.#nextParked();
    if (parked !== undefined) return parked;
    if (this.#ahead.length === 0 && this.#aheadEnd < this.end) {
      this.#ahead = written(this.store.from(this.#aheadEnd, READ_AHEAD.rows, READ_AHEAD.bytes));
      this.#bytes = this.#ahead.reduce((sum, row) => sum + bytesOf(row), 0);
      this.#aheadEnd = (this.#ahead.at(-1)?.rowId ?? this.end - 1) + 1;
    }
    const [row] = this.#ahead;
    return row && { row, offset: row.rowId === this.#begun.rowId ? this.#begun.offset : 0 };
  }

  /** Moves the position in this row to the given offset, or to the next row if the offset is at the row's end. */
  pass(row: OutboxRow, offset: number): void {
    const isOver = offset >= row.stanzas;
    if (row.isParked && this.#parked !== undefined) {
      this.#parked.offset = isOver ? 0 : offset;
      if (isOver) this.#parked.rows.shift();
      return;
    }
    this.#begun = { rowId: row.rowId, offset };
    if (!isOver) return;
    this.#ahead.shift();
    this.#bytes -= bytesOf(row);
  }

  /** Notes that the stanzas of a parked row before this offset are acked, so that they aren't read again. */
  ackParked(row: OutboxRow, offset: number): void {
    if (offset >= row.stanzas) this.#ackedOffsets.delete(row.rowId);
    else if (offset > row.done) this.#ackedOffsets.set(row.rowId, offset);
  }

  /** Forgets which stanzas of parked rows are acked, because the server may have lost them. */
  forgetAcks(): void {
    this.#ackedOffsets.clear();
  }

  /** Finds and counts rows that an operator made wait again. @returns whether there were any */
  find(): boolean {
    const end = this.store.next();
    if (end <= this.end) return false;
    this.quotas.count("waiting", this.store.statesOf({ first: this.end, last: end - 1 }, 0).waiting);
    this.end = end;
    return true;
  }

  /** Moves the read position back; the parked rows are read first. */
  rewind(position: Position): void {
    this.#parked = { rows: [], from: 0, offset: 0 };
    this.#ahead = [];
    this.#bytes = 0;
    this.#aheadEnd = position.rowId;
    this.#begun = position;
  }

  #nextParked(): StanzaAt | undefined {
    const parked = this.#parked;
    if (parked === undefined) return undefined;
    if (parked.rows.length === 0) {
      parked.rows = written(this.store.parkedFrom(parked.from, READ_AHEAD.rows, READ_AHEAD.bytes));
      parked.from = (parked.rows.at(-1)?.rowId ?? 0) + 1;
      if (parked.rows.length === 0) this.#parked = undefined;
    }
    const [row] = parked.rows;
    return row && { row, offset: Math.max(row.done, parked.offset, this.#ackedOffsets.get(row.rowId) ?? 0) };
  }
}

export function written(rows: readonly Row[]): OutboxRow[] {
  return rows.map((row) => ({ ...row, stanza: asStored(row.stanza) }));
}
