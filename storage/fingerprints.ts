/**
 * Stores fingerprints (hashes) of stanzas accepted in the last ten minutes, by which a caller's retry is recognised.
 * The table has no index, as each random fingerprint would change another page of it. Maps in memory find the rows
 * instead; each hit is checked in the table, as its entry may be of a rolled-back transaction.
 */
import { Store } from "./sql.js";

/** For how long a fingerprint counts, in milliseconds; also if it lies in the future, as clocks may be set back. */
const REPEAT_MS = 10 * 60 * 1000;
/** How many rows forget() deletes at most. */
const FORGET_SLICE = 2_000;
const READ_SLICE = 10_000;

/** Consecutive rows in one Map, dropped together: a Map for all rows would be slow to grow. */
interface Generation {
  /** Row ids by a part of the fingerprint; after a rollback, some ids have no row. */
  readonly ids: Map<number, number>;
  last: number;
}

/** The size of a generation in rows, and the most generations: four million rows, ten minutes of 7,000 per second. */
const GENERATION = { rows: 1 << 16, most: 64 };

export class Fingerprints extends Store {
  /** The oldest first; undefined until they are loaded. */
  #known: Generation[] | undefined;

  /** Loads the fingerprints into memory; without this call, this happens on first use. */
  load(): void {
    this.#known ??= this.#read();
  }

  /**
   * Finds the outbox row of a fingerprint (16 bytes) accepted within ten minutes of `at`, in milliseconds since 1970.
   * @returns the row's id, 0 if it has no row of its own, undefined if unknown
   */
  find(fingerprint: Buffer, at: number): number | undefined {
    const sql = "SELECT row_id FROM accepted WHERE id = ? AND fingerprint = ? AND abs(accepted_at - ?) <= ?";
    const rows = this.sql.values<number>(sql);
    const key = keyOf(fingerprint);
    for (const { ids } of this.#generations) {
      const id = ids.get(key);
      const rowId = id === undefined ? undefined : rows.get(id, fingerprint, at, REPEAT_MS);
      if (rowId !== undefined) return rowId;
    }
    return undefined;
  }

  isKnown(fingerprint: Buffer, at: number): boolean {
    return this.find(fingerprint, at) !== undefined;
  }

  /** Stores a fingerprint, inside a transaction. `rowId` is the outbox row; 0 if the stanza has none of its own. */
  remember(fingerprint: Buffer, at: number, rowId = 0): void {
    const sql = "INSERT INTO accepted (fingerprint, accepted_at, row_id) VALUES (?, ?, ?)";
    const { lastInsertRowid } = this.sql.run(sql, fingerprint, at, rowId);
    this.#note(this.#generations, Number(lastInsertRowid), fingerprint);
  }

  /** Deletes some expired fingerprints, inside a transaction. @returns whether more may be left */
  forget(now: number): boolean {
    const oldest = this.sql
      .rows<{ id: number; acceptedAt: number }>("SELECT id, accepted_at FROM accepted ORDER BY id LIMIT 1")
      .get();
    if (oldest === undefined || Math.abs(oldest.acceptedAt - now) <= REPEAT_MS) return false;
    // Rows deleted by earlier transactions can't come back.
    this.#known = this.#known?.filter(({ last }) => last >= oldest.id);
    const sql = `DELETE FROM accepted WHERE id IN (SELECT id FROM accepted ORDER BY id LIMIT ?)
      AND abs(accepted_at - ?) > ?`;
    return this.sql.changes(sql, FORGET_SLICE, now, REPEAT_MS) === FORGET_SLICE;
  }

  get #generations(): Generation[] {
    return (this.#known ??= this.#read());
  }

  #read(): Generation[] {
    const generations: Generation[] = [];
    const sql = "SELECT id, fingerprint FROM accepted WHERE id > ? ORDER BY id LIMIT ?";
    const slice = this.sql.rows<{ id: number; fingerprint: Buffer }>(sql);
    for (let last = 0; ;) {
      const rows = slice.all(last, READ_SLICE);
      for (const { id, fingerprint } of rows) this.#note(generations, id, fingerprint);
      if (rows.length < READ_SLICE) return generations;
      last = rows.at(-1)?.id ?? last;
    }
  }

  #note(generations: Generation[], id: number, fingerprint: Buffer): void {
    let newest = generations.at(-1);
    if (newest === undefined || newest.ids.size >= GENERATION.rows) {
      newest = { ids: new Map(), last: id };
      generations.push(newest);
      if (generations.length > GENERATION.most) generations.shift();
    }
    newest.ids.set(keyOf(fingerprint), id);
    newest.last = id;
  }
}

/** Returns the first six bytes as a number; two fingerprints hardly ever have the same. */
function keyOf(fingerprint: Buffer): number {
  return fingerprint.readUIntLE(0, 6);
}
