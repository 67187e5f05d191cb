/**
 * Fingerprints of what was accepted in the last ten minutes, by which a caller's retry is recognised. On the disk they
 * have no index: as they are random, each would change another page of it, which makes a call with a thousand messages
 * several times as slow. Maps in memory tell the row to look at; what counts is the row, so a transaction that is
 * rolled back leaves nothing wrong behind.
 */
import type { Database } from "./database.js";

/** How long a fingerprint is known, in milliseconds; one from further in the future comes from a wrong clock. */
const REPEAT_MS = 10 * 60 * 1000;
/** How many are deleted, or read, at once. */
const FORGET_SLICE = 2_000;
const READ_SLICE = 10_000;

/** Rows that came one after another: dropped as a whole, so that no Map is large enough to take long to grow. */
interface Generation {
  /** Rows' ids by a part of their fingerprints; those of a transaction that was rolled back lead to no row. */
  readonly ids: Map<number, number>;
  /** The newest row's id. */
  last: number;
}

/** Four million at most: ten minutes of 7,000 in a second, or what a full disk lets nobody write. */
const GENERATION = { rows: 1 << 16, most: 64 };

export class Fingerprints {
  readonly #find;
  readonly #add;
  readonly #after;
  readonly #oldest;
  readonly #prune;
  /** Oldest first; undefined until first needed. */
  #known: Generation[] | undefined;

  constructor(db: Database) {
    this.#find = db
      .prepare<[number, Buffer, number, number], number>(
        "SELECT seq FROM accepted WHERE id = ? AND fingerprint = ? AND abs(accepted_at - ?) <= ?",
      )
      .pluck();
    this.#add = db.prepare<[Buffer, number, number]>(
      "INSERT INTO accepted (fingerprint, accepted_at, seq) VALUES (?, ?, ?)",
    );
    this.#after = db
      .prepare<[number, number]>("SELECT id, fingerprint FROM accepted WHERE id > ? ORDER BY id LIMIT ?")
      .raw();
    this.#oldest = db.prepare<[], { id: number; accepted_at: number }>(
      "SELECT id, accepted_at FROM accepted ORDER BY id LIMIT 1",
    );
    this.#prune = db.prepare<[number, number, number]>(
      "DELETE FROM accepted WHERE id IN (SELECT id FROM accepted ORDER BY id LIMIT ?) AND abs(accepted_at - ?) > ?",
    );
  }

  /** Reads what is on the disk; otherwise done when first needed. */
  load(): void {
    this.#known ??= this.#read();
  }

  /**
   * The row of the outbox that was remembered with it within ten minutes of this time: 0 if it has none of its own;
   * undefined if the fingerprint isn't known.
   * @param fingerprint a hash's first 16 bytes
   * @param at milliseconds since 1970
   */
  find(fingerprint: Buffer, at: number): number | undefined {
    const key = keyOf(fingerprint);
    for (const { ids } of this.#generations) {
      const id = ids.get(key);
      const seq = id === undefined ? undefined : this.#find.get(id, fingerprint, at, REPEAT_MS);
      if (seq !== undefined) return seq;
    }
    return undefined;
  }

  isKnown(fingerprint: Buffer, at: number): boolean {
    return this.find(fingerprint, at) !== undefined;
  }

  /** To be called inside a transaction. @param seq its row in the outbox; 0: it has none of its own */
  remember(fingerprint: Buffer, at: number, seq = 0): void {
    this.#note(this.#generations, Number(this.#add.run(fingerprint, at, seq).lastInsertRowid), fingerprint);
  }

  /** Forgets some of those that are too old; to be called inside a transaction. @returns whether more may be left */
  forget(now: number): boolean {
    const oldest = this.#oldest.get();
    if (oldest === undefined || Math.abs(oldest.accepted_at - now) <= REPEAT_MS) return false;
    // What earlier transactions deleted can't come back.
    this.#known = this.#known?.filter(({ last }) => last >= oldest.id);
    return this.#prune.run(FORGET_SLICE, now, REPEAT_MS).changes === FORGET_SLICE;
  }

  get #generations(): Generation[] {
    return (this.#known ??= this.#read());
  }

  #read(): Generation[] {
    const generations: Generation[] = [];
    let last = 0;
    for (;;) {
      const rows = this.#after.all(last, READ_SLICE) as [number, Buffer][];
      for (const [id, fingerprint] of rows) this.#note(generations, id, fingerprint);
      if (rows.length < READ_SLICE) return generations;
      last = rows.at(-1)?.[0] ?? last;
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

/** So much of it that two are hardly ever the same. */
function keyOf(fingerprint: Buffer): number {
  return fingerprint.readUIntLE(0, 6);
}
