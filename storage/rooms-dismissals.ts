/** Who is leaving all their rooms, and which rooms are left to free of them. */
import type { Database } from "./database.js";

export interface StoredDismissal {
  /** Bare. */
  readonly jid: string;
  /** Microseconds since 1970: members of a room since later than this stay. */
  readonly askedAt: number;
}

export class RoomsDismissals {
  readonly #put;
  readonly #end;
  readonly #all;
  readonly #newest;
  readonly #rooms;

  constructor(db: Database) {
    this.#put = db.prepare<[string, number]>(
      "INSERT INTO dismissals (jid, asked_at) VALUES (?, ?) ON CONFLICT (jid) DO UPDATE SET asked_at = excluded.asked_at",
    );
    this.#end = db.prepare<[string, number]>("DELETE FROM dismissals WHERE jid = ? AND asked_at = ?");
    this.#all = db.prepare<[], StoredDismissal>(
      "SELECT jid, asked_at AS askedAt FROM dismissals ORDER BY asked_at, jid",
    );
    this.#newest = db.prepare<[], { at: number | null }>("SELECT max(asked_at) AS at FROM dismissals");
    this.#rooms = db.prepare<[string, number, number, number], { id: number; name: string }>(
      `SELECT rooms.id, rooms.name FROM affiliations JOIN rooms ON rooms.id = affiliations.room
       WHERE jid = ? AND room > ? AND since <= ? AND affiliation <> 'outcast'
         AND room NOT IN (SELECT room FROM remains)
       ORDER BY room LIMIT ?`,
    );
  }

  /** Notes it, or a later moment of one that isn't done; to be called inside a transaction. */
  put({ jid, askedAt }: StoredDismissal): void {
    this.#put.run(jid, askedAt);
  }

  /** It is done with, unless it was asked for again meanwhile; to be called inside a transaction. */
  end({ jid, askedAt }: StoredDismissal): boolean {
    return this.#end.run(jid, askedAt).changes > 0;
  }

  /** Those not done with, oldest first. */
  all(): StoredDismissal[] {
    return this.#all.all();
  }

  /** The latest moment among them; 0 where there are none. */
  newest(): number {
    return this.#newest.get()?.at ?? 0;
  }

  /** Some of the rooms that they are still to leave, those after the room of this id, oldest first. */
  roomsLeft({ jid, askedAt }: StoredDismissal, after: number, limit: number): { id: number; name: string }[] {
    return this.#rooms.all(jid, after, askedAt, limit);
  }
}
