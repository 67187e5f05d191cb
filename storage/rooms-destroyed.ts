/** Destroyed rooms, for as long as their addresses are kept from others. */
import type { Database } from "./database.js";

export interface DestroyedRoom {
  /** The localpart of its address. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly destroyedAt: number;
  /** Bare addresses. */
  readonly owners: readonly string[];
  /** The room that people may go to instead. */
  readonly alternative: string | undefined;
  readonly reason: string | undefined;
}

interface RawRoom {
  destroyed_at: number;
  owners: string;
  alternative: string | null;
  reason: string | null;
}

/** All that change something are to be called inside a transaction. */
export class RoomsDestroyed {
  readonly #find;
  readonly #put;
  readonly #remove;
  readonly #prune;

  constructor(db: Database) {
    this.#find = db.prepare<[string], RawRoom>(
      "SELECT destroyed_at, owners, alternative, reason FROM destroyed_rooms WHERE name = ?",
    );
    this.#put = db.prepare<[string, number, string, string | null, string | null]>(
      `INSERT OR REPLACE INTO destroyed_rooms (name, destroyed_at, owners, alternative, reason)
       VALUES (?, ?, ?, ?, ?)`,
    );
    this.#remove = db.prepare<[string]>("DELETE FROM destroyed_rooms WHERE name = ?");
    this.#prune = db.prepare<[number, number]>(
      `DELETE FROM destroyed_rooms WHERE name IN
         (SELECT name FROM destroyed_rooms WHERE destroyed_at < ? ORDER BY destroyed_at LIMIT ?)`,
    );
  }

  find(name: string): DestroyedRoom | undefined {
    const raw = this.#find.get(name);
    if (raw === undefined) return undefined;
    const { destroyed_at: destroyedAt, owners, alternative, reason } = raw;
    return {
      name,
      destroyedAt,
      owners: JSON.parse(owners) as string[],
      alternative: alternative ?? undefined,
      reason: reason ?? undefined,
    };
  }

  put({ name, destroyedAt, owners, alternative, reason }: DestroyedRoom): void {
    this.#put.run(name, destroyedAt, JSON.stringify(owners), alternative ?? null, reason ?? null);
  }

  remove(name: string): void {
    this.#remove.run(name);
  }

  /** Deletes those destroyed before this, in milliseconds since 1970; so many at most. @returns how many */
  prune(before: number, limit: number): number {
    return this.#prune.run(before, limit).changes;
  }
}
