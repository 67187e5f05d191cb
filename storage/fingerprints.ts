/**
 * Fingerprints of what was accepted in the last ten minutes, by which a caller's retry is known. They lie on the disk
 * in the order in which they came, which costs next to nothing to write; an index in memory finds them. The index only
 * says where to look: what counts is the row, so a transaction that is undone leaves nothing wrong behind.
 */
import type { Database } from "./database.js";

/** A fingerprint is known for this long, in milliseconds; one from further in the future is a wrong clock's. */
const REPEAT_MS = 10 * 60 * 1000;
/** How many are taken off the disk, or read from it, at once. */
const FORGET_SLICE = 2_000;
const READ_SLICE = 10_000;

export class Fingerprints {
  readonly #find;
  readonly #add;
  readonly #after;
  readonly #oldest;
  readonly #prune;
  /** Oldest first; undefined until it is first asked for. */
  #known: Generation[] | undefined;

  constructor(db: Database) {
    this.#find = db.prepare<[number, Buffer, number, number]>(
      "SELECT 1 FROM accepted WHERE id = ? AND fingerprint = ? AND abs(accepted_at - ?) <= ?",
    );
    this.#add = db.prepare<[Buffer, number]>("INSERT INTO accepted (fingerprint, accepted_at) VALUES (?, ?)");
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

  /** Reads what is on the disk; done by itself when first needed. */
  load(): void {
    this.#known ??= this.#read();
  }

  /**
   * Whether it was remembered within ten minutes of then.
   * @param fingerprint random bytes, 16 of them
   * @param at milliseconds since 1970
   */
  isKnown(fingerprint: Buffer, at: number): boolean {
    const hash = fingerprint.readUInt32LE(0);
    return this.#generations.some((generation) =>
      generation.some(hash, (id) => this.#find.get(id, fingerprint, at, REPEAT_MS) !== undefined),
    );
  }

  /** To be called inside a transaction. */
  remember(fingerprint: Buffer, at: number): void {
    this.#note(this.#generations, Number(this.#add.run(fingerprint, at).lastInsertRowid), fingerprint);
  }

  /** Whether there are some to forget; asked before forget(), as reading needs no lock, and outside of transactions. */
  hasStale(now: number): boolean {
    const oldest = this.#oldest.get();
    if (this.#known !== undefined) {
      const first = oldest?.id ?? Infinity;
      this.#known = this.#known.filter(({ last }) => last >= first);
    }
    return oldest !== undefined && Math.abs(oldest.accepted_at - now) > REPEAT_MS;
  }

  /** Forgets some of those too old to tell a retry; to be called inside a transaction. */
  forget(now: number): void {
    this.#prune.run(FORGET_SLICE, now, REPEAT_MS);
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

  /** Ids only rise: those from this one on that are noted already were given in transactions that were undone. */
  #note(generations: Generation[], id: number, fingerprint: Buffer): void {
    for (let last = generations.at(-1); last !== undefined; last = generations.at(-1)) {
      last.undo(id);
      if (!last.isEmpty) break;
      generations.pop();
    }
    let newest = generations.at(-1);
    if (newest === undefined || newest.isFull) generations.push((newest = Generation.after(newest)));
    newest.add(fingerprint.readUInt32LE(0), id);
  }
}

/** The slots of the first generation's table, and the most of a later one's. */
const SLOTS = { first: 1 << 15, most: 1 << 20 };

/**
 * Rows that came one after another, by a part of their fingerprints: open addressing in flat arrays. Generations never
 * grow and are dropped whole, so there is never a long moment of putting things in order. Each has twice the room of
 * the one before, so there are few to look into however many rows come.
 */
class Generation {
  readonly #slots: number;
  readonly #hashes: Uint32Array;
  /** Rows' ids; 0: the slot is free. */
  readonly #ids: Float64Array;
  /** The slots that are taken, in order; three quarters at most, so that looking for one stays short. */
  readonly #taken: Uint32Array;
  #count = 0;

  private constructor(slots: number) {
    this.#slots = slots;
    this.#hashes = new Uint32Array(slots);
    this.#ids = new Float64Array(slots);
    this.#taken = new Uint32Array((slots / 4) * 3);
  }

  static after(last: Generation | undefined): Generation {
    return new Generation(last === undefined ? SLOTS.first : Math.min(2 * last.#slots, SLOTS.most));
  }

  /** The newest row's id; 0 where there is none. */
  get last(): number {
    return this.#count === 0 ? 0 : (this.#ids[this.#taken[this.#count - 1] ?? 0] ?? 0);
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get isFull(): boolean {
    return this.#count >= this.#taken.length;
  }

  add(hash: number, id: number): void {
    let slot = hash % this.#slots;
    while (this.#ids[slot] !== 0) slot = (slot + 1) % this.#slots;
    this.#hashes[slot] = hash;
    this.#ids[slot] = id;
    this.#taken[this.#count] = slot;
    this.#count += 1;
  }

  /** Frees the slots of this id and those above, the newest first: nothing that was noted before lies behind them. */
  undo(id: number): void {
    while (this.last >= id) {
      this.#count -= 1;
      this.#ids[this.#taken[this.#count] ?? 0] = 0;
    }
  }

  /** Whether the test holds for one of the rows that may have this hash. */
  some(hash: number, test: (id: number) => boolean): boolean {
    for (let slot = hash % this.#slots; ; slot = (slot + 1) % this.#slots) {
      const id = this.#ids[slot] ?? 0;
      if (id === 0) return false;
      if (this.#hashes[slot] === hash && test(id)) return true;
    }
  }
}
