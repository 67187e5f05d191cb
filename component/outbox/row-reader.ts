/**
 * Reads the unfinished rows in order: parked rows, then the rows from the ack position on. They come from memory or, if
 * the outbox can't keep up with the calls, from the disk.
 */
import type { OutboxStore } from "../../storage/outbox-store.js";
import { rowBytes, type Position, type Row } from "../../storage/outbox-row.js";
import { fromDisk, type OutboxRow } from "./row-stanzas.js";

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

export class RowReader {
  /** The id after the newest row. */
  end: number;
  /** The rows in memory; no unfinished row is missing between them. */
  #ahead: OutboxRow[] = [];
  #bytes = 0;
  /** The id after the last row that is in memory or was passed. */
  #aheadEnd: number;
  /** The row that was begun, and the offset of its next stanza. */
  #begun: Position = { rowId: 0, offset: 0 };
  /** The offset of the first unacked stanza of partly acked rows, by row id. */
  readonly #ackedOffsets = new Map<number, number>();

  /** @param acked the ack position, from which all rows are unfinished */
  constructor(
    private readonly store: OutboxStore,
    private acked: number,
  ) {
    this.#aheadEnd = acked;
    this.end = store.next();
  }

  /** Whether there may be more rows to read. */
  get hasMore(): boolean {
    return this.#ahead.length > 0 || this.#aheadEnd < this.end;
  }

  /** Whether some stanzas of an unfinished row are acked. */
  get isPartlyAcked(): boolean {
    return this.#ackedOffsets.size > 0;
  }

  /** How many rows the next write may take. */
  get part(): number {
    return Math.max(WRITES.leastRows, Math.ceil(this.#ahead.length / WRITES.most));
  }

  /** Adds rows at their commit. The ids of all rows that were ever added have no gap, except rolled back ones. */
  append(rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      const fits = this.#ahead.length < READ_AHEAD.rows && this.#bytes < READ_AHEAD.bytes;
      if (fits && row.rowId === this.#aheadEnd) {
        this.#ahead.push(row);
        this.#bytes += rowBytes(row);
        this.#aheadEnd = row.rowId + 1;
      }
      this.end = row.rowId + 1;
    }
  }

  /** Returns the next unfinished stanza, if any. @throws if the rows can't be read; then the position is unchanged */
  next(): StanzaAt | undefined {
    if (this.#ahead.length === 0 && this.#aheadEnd < this.end) {
      this.#hold(this.store.from(this.#aheadEnd, this.acked, READ_AHEAD));
      this.#aheadEnd = (this.#ahead.at(-1)?.rowId ?? this.end - 1) + 1;
    }
    const [row] = this.#ahead;
    if (row === undefined) return undefined;
    const isBegun = row.rowId === this.#begun.rowId;
    return { row, offset: isBegun ? this.#begun.offset : (this.#ackedOffsets.get(row.rowId) ?? row.done) };
  }

  /** Moves the position in this row to the given offset, or to the next row if the offset is at the row's end. */
  pass(row: OutboxRow, offset: number): void {
    this.#begun = { rowId: row.rowId, offset };
    if (offset < row.stanzas) return;
    this.#ahead.shift();
    this.#bytes -= rowBytes(row);
  }

  /** Notes that the stanzas of a row before this offset are acked, so that they aren't read again. */
  noteAcked(row: OutboxRow, offset: number): void {
    if (offset >= row.stanzas) this.#ackedOffsets.delete(row.rowId);
    else if (offset > row.done) this.#ackedOffsets.set(row.rowId, offset);
  }

  /** Forgets which stanzas of unfinished rows are acked, because the server may have lost them. */
  forgetAcks(): void {
    this.#ackedOffsets.clear();
  }

  /** Reads parked rows that are too old, to drop them; not while there are more rows. @returns whether it found any */
  readExpired(): boolean {
    this.#hold(this.store.expiredParked(Date.now(), READ_AHEAD.rows));
    return this.#ahead.length > 0;
  }

  /** Moves the read position back to the first unfinished row. */
  rewind(acked: number): void {
    this.acked = acked;
    this.#hold([]);
    this.#aheadEnd = 0;
    this.#begun = { rowId: 0, offset: 0 };
  }

  #hold(rows: readonly Row[]): void {
    this.#ahead = rows.map(fromDisk);
    this.#bytes = rows.reduce((sum, row) => sum + rowBytes(row), 0);
  }
}
