/**
 * Stores fingerprints (hashes) of the stanzas accepted in the last ten minutes. They identify a caller's retries. The
 * table has no index, because each random fingerprint would change another page of the index. Maps in memory find the
 * rows instead. Each hit is checked in the table, because the row may have been rolled back.
 */
import { Store } from "./sql.js";

/** How old a fingerprint may be, in milliseconds. It may be as far in the future, because clocks can be set back. */
const REPEAT_MS = 10 * 60 * 1000;
const MAX_FORGOTTEN = 2_000;
const READ_ROWS = 10_000;

/** Consecutive rows, which are dropped together. Each generation has a Map, because one large Map would grow slowly. */
interface Generation {
  /** Row ids by a part of the fingerprint; after a rollback, some ids have no row. */
  readonly ids: Map<number, number>;
  last: number;
}

/** Rows in a generation, and the maximum number of generations: enough for ten minutes with 7,000 rows per second. */
const GENERATION = { rows: 1 << 16, most: 64 };

export class Fingerprints extends Store {
  /** The generations, the oldest first; undefined until they are loaded. */
  #known: Generation[] | undefined;

  /** Loads the fingerprints into memory. Without this call, the first use of this object loads them. */
  load(): void {
    this.#known ??= this.#read();
  }

  /**
   * Finds the outbox row of a fingerprint (16 bytes) accepted within ten minutes of `at`, in milliseconds since 1970.
   * @returns the row's id; 0 if the stanza has no row of its own; undefined if the fingerprint is unknown
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

  /** Stores a fingerprint, inside a transaction. `rowId` is the stanza's outbox row; 0 if it has no row of its own. */
  remember(fingerprint: Buffer, at: number, rowId = 0): void {
    const sql = "INSERT INTO accepted (fingerprint, accepted_at, row_id) VALUES (?, ?, ?)";
    const { lastInsertRowid } = this.sql.run(sql, fingerprint, at, rowId);
    this.#note(this.#generations, Number(lastInsertRowid), fingerprint);
  }

  /** Deletes some expired fingerprints, inside a transaction. @returns whether more may remain */
  forget(now: number): boolean {
    const oldest = this.sql
      .rows<{ id: number; acceptedAt: number }>("SELECT id, accepted_at FROM accepted ORDER BY id LIMIT 1")
      .get();
    if (oldest === undefined || Math.abs(oldest.acceptedAt - now) <= REPEAT_MS) return false;
    // Earlier transactions deleted the rows below `oldest`, so a rollback can't restore them.
    this.#known = this.#known?.filter(({ last }) => last >= oldest.id);
    const sql = `DELETE FROM accepted WHERE id IN (SELECT id FROM accepted ORDER BY id LIMIT ?)
      AND abs(accepted_at - ?) > ?`;
    return this.sql.changes(sql, MAX_FORGOTTEN, now, REPEAT_MS) === MAX_FORGOTTEN;
  }

  get #generations(): Generation[] {
    return (this.#known ??= this.#read());
  }

  #read(): Generation[] {
    const generations: Generation[] = [];
    const sql = "SELECT id, fingerprint FROM accepted WHERE id > ? ORDER BY id LIMIT ?";
    const batch = this.sql.rows<{ id: number; fingerprint: Buffer }>(sql);
    for (let last = 0; ;) {
      const rows = batch.all(last, READ_ROWS);
      for (const { id, fingerprint } of rows) this.#note(generations, id, fingerprint);
      if (rows.length < READ_ROWS) return generations;
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

/** Returns the first six bytes as a number; two fingerprints rarely have the same number. */
function keyOf(fingerprint: Buffer): number {
  return fingerprint.readUIntLE(0, 6);
}
