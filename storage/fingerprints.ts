/**
 * Fingerprints of the calls accepted in the last ten minutes, by which repeated calls are recognised. They have no index in
 * the database: as they are random, each would change another page of it, which makes a call with a thousand messages
 * several times as slow. Maps in memory lead to the rows; a row decides, so a transaction that is rolled back leaves
 * nothing behind.
 */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

/** How long a fingerprint is valid, in milliseconds; one further in the future comes from a wrong clock. */
const REPEAT_MS = 10 * 60 * 1000;
/** Rows deleted, and read, at once. */
const FORGET_SLICE = 2_000;
const READ_SLICE = 10_000;

/** Consecutive rows, dropped together, so that no Map becomes large enough to take long to grow. */
interface Generation {
  /** Ids of rows by a part of their fingerprints; after a rollback, some lead to no row. */
  readonly ids: Map<number, number>;
  /** The newest row's id. */
  last: number;
}

/** Four million at most: ten minutes of 7,000 per second. */
const GENERATION = { rows: 1 << 16, most: 64 };

export class Fingerprints {
  readonly #sql: Sql;
  /** Oldest first; undefined until it is loaded. */
  #known: Generation[] | undefined;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  /** Loads the fingerprints, which otherwise happens on first use. */
  load(): void {
    this.#known ??= this.#read();
  }

  /**
   * Finds the outbox row of a fingerprint that was accepted within ten minutes of a time: 0 if it has no row,
   * undefined if the fingerprint is unknown.
   * @param fingerprint the first 16 bytes of a hash
   * @param at milliseconds since 1970
   */
  find(fingerprint: Buffer, at: number): number | undefined {
    const sql = "SELECT row_id FROM accepted WHERE id = ? AND fingerprint = ? AND abs(accepted_at - ?) <= ?";
    const rows = this.#sql.values<number>(sql);
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

  /** To be called inside a transaction. @param rowId its row in the outbox; 0: it has none of its own */
  remember(fingerprint: Buffer, at: number, rowId = 0): void {
    const sql = "INSERT INTO accepted (fingerprint, accepted_at, row_id) VALUES (?, ?, ?)";
    const { lastInsertRowid } = this.#sql.run(sql, fingerprint, at, rowId);
    this.#note(this.#generations, Number(lastInsertRowid), fingerprint);
  }

  /** Deletes some expired fingerprints, inside a transaction. @returns whether more may be left */
  forget(now: number): boolean {
    const oldest = this.#sql
      .rows<{ id: number; acceptedAt: number }>("SELECT id, accepted_at FROM accepted ORDER BY id LIMIT 1")
      .get();
    if (oldest === undefined || Math.abs(oldest.acceptedAt - now) <= REPEAT_MS) return false;
    // Rows deleted by earlier transactions can't come back.
    this.#known = this.#known?.filter(({ last }) => last >= oldest.id);
    const sql = `DELETE FROM accepted WHERE id IN (SELECT id FROM accepted ORDER BY id LIMIT ?)
      AND abs(accepted_at - ?) > ?`;
    return this.#sql.changes(sql, FORGET_SLICE, now, REPEAT_MS) === FORGET_SLICE;
  }

  get #generations(): Generation[] {
    return (this.#known ??= this.#read());
  }

  #read(): Generation[] {
    const generations: Generation[] = [];
    const sql = "SELECT id, fingerprint FROM accepted WHERE id > ? ORDER BY id LIMIT ?";
    const slice = this.#sql.rows<{ id: number; fingerprint: Buffer }>(sql);
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

/** Six bytes, of which two are hardly ever equal. */
function keyOf(fingerprint: Buffer): number {
  return fingerprint.readUIntLE(0, 6);
}
