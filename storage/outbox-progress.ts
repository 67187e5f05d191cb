/** How far the outbox is confirmed, and by whom: one row of the database. */
import type { Database } from "./database.js";

/** Where the confirmed part of the outbox ends: all rows below `seq`, and `done` stanzas of row `seq`. */
export interface Position {
  readonly seq: number;
  readonly done: number;
}

export function isBefore(a: Position, b: Position): boolean {
  return a.seq < b.seq || (a.seq === b.seq && a.done < b.done);
}

export function isSame(a: Position, b: Position): boolean {
  return a.seq === b.seq && a.done === b.done;
}

/** Who confirmed it; times in milliseconds since 1970. */
export interface Confirmer {
  /** The address at the link's other end; undefined where it isn't known. */
  readonly peer: string | undefined;
  /** Since when the link was up. */
  readonly upAt: number;
  /** When it was heard last. */
  readonly heardAt: number;
}

export interface Confirmation {
  readonly confirmed: Position;
  readonly by: Confirmer;
}

interface Raw {
  readonly seq: number;
  readonly done: number;
  readonly peer: string | null;
  readonly up_at: number;
  readonly heard_at: number;
}

export class OutboxProgress {
  readonly #select;
  readonly #replace;

  constructor(db: Database) {
    this.#select = db.prepare<[], Raw>("SELECT seq, done, peer, up_at, heard_at FROM outbox_progress");
    this.#replace = db.prepare<[number, number, string | null, number, number]>(
      "REPLACE INTO outbox_progress (one, seq, done, peer, up_at, heard_at) VALUES (1, ?, ?, ?, ?, ?)",
    );
  }

  /** Undefined where nothing was ever confirmed. */
  read(): Confirmation | undefined {
    const raw = this.#select.get();
    if (raw === undefined) return undefined;
    const { seq, done, peer, up_at: upAt, heard_at: heardAt } = raw;
    return { confirmed: { seq, done }, by: { peer: peer ?? undefined, upAt, heardAt } };
  }

  /** To be called inside a transaction. */
  note({ confirmed, by }: Confirmation): void {
    this.#replace.run(confirmed.seq, confirmed.done, by.peer ?? null, by.upAt, by.heardAt);
  }
}
