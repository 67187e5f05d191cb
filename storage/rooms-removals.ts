/** Deleted rooms, tombstones of destroyed rooms, and removals of users from all their rooms. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

/** A room with more rows of a kind than this isn't deleted at once. */
const FEW = 50;
/** Rows of a kind deleted at once: two milliseconds. */
const SLICE = 500;
/** Messages deleted at once; fewer, as each also leaves the search index. */
const MESSAGES = 20;

/**
 * Deletes rooms. As deleting a long archive takes long, such a room at first loses only its name and its place in the
 * list; its rows follow a few at a time.
 */
export class RoomDeletions {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  /** Deletes a room, or at first only its name if it has many rows; run it inside a transaction. */
  remove(room: number): void {
    const isLarge = ["archive", "affiliations", "occupants"].some(
      (table) => this.#sql.count(`(SELECT 1 FROM ${table} WHERE room = ? LIMIT ${FEW + 1})`, room) > FEW,
    );
    if (isLarge) {
      this.#sql.run("UPDATE rooms SET name = '/' || id, listed = 0 WHERE id = ?", room);
      this.#sql.run("INSERT OR IGNORE INTO rooms_being_deleted (room) VALUES (?)", room);
    } else this.#sql.run("DELETE FROM rooms WHERE id = ?", room);
  }

  /** Deletes some rows; run it inside a transaction. @returns whether there may be more */
  prune(): boolean {
    const room = this.#next;
    if (room === undefined) return false;
    const messages = "DELETE FROM archive WHERE id IN (SELECT id FROM archive WHERE room = ? LIMIT ?)";
    if (this.#sql.changes(messages, room, MESSAGES) > 0) return true;
    for (const table of ["affiliations", "occupants"]) {
      const some = `SELECT jid FROM ${table} WHERE room = ? LIMIT ?`;
      const deletion = `DELETE FROM ${table} WHERE room = ? AND jid IN (${some})`;
      if (this.#sql.changes(deletion, room, room, SLICE) > 0) return true;
    }
    this.#sql.run("DELETE FROM rooms WHERE id = ?", room);
    return true;
  }

  get #next(): number | undefined {
    return this.#sql.values<number>("SELECT room FROM rooms_being_deleted LIMIT 1").get();
  }
}

export interface RoomTombstone {
  /** The localpart of its address. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly destroyedAt: number;
  /** Bare addresses. */
  readonly owners: readonly string[];
  /** The address of the alternative room. */
  readonly alternative: string | undefined;
  readonly reason: string | undefined;
}

/** Tombstones of destroyed rooms. Run changes inside a transaction. */
export class RoomTombstones {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  find(name: string): RoomTombstone | undefined {
    const raw = this.#sql
      .rows<RoomTombstone & { readonly owners: string }>("SELECT * FROM room_tombstones WHERE name = ?")
      .get(name);
    return raw && { ...raw, owners: JSON.parse(raw.owners) as string[] };
  }

  put({ name, destroyedAt, owners, alternative, reason }: RoomTombstone): void {
    this.#sql.run(
      `INSERT OR REPLACE INTO room_tombstones (name, destroyed_at, owners, alternative, reason)
       VALUES (?, ?, ?, ?, ?)`,
      ...[name, destroyedAt, JSON.stringify(owners), alternative, reason],
    );
  }

  remove(name: string): void {
    this.#sql.run("DELETE FROM room_tombstones WHERE name = ?", name);
  }

  /** Deletes tombstones older than that (milliseconds since 1970), up to `limit`. @returns how many */
  prune(before: number, limit: number): number {
    const sql = `DELETE FROM room_tombstones WHERE name IN
      (SELECT name FROM room_tombstones WHERE destroyed_at < ? ORDER BY destroyed_at LIMIT ?)`;
    return this.#sql.changes(sql, before, limit);
  }
}

export interface StoredUserRemoval {
  /** Bare. */
  readonly jid: string;
  /** Microseconds since 1970; memberships granted later stay. */
  readonly requestedAt: number;
}

/** Removals of users from all their rooms. Run changes inside a transaction. */
export class UserRemovals {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  /** Adds a removal, or updates the time of one under way. */
  put({ jid, requestedAt: askedAt }: StoredUserRemoval): void {
    const sql = `INSERT INTO user_removals (jid, requested_at) VALUES (?, ?)
      ON CONFLICT (jid) DO UPDATE SET requested_at = excluded.requested_at`;
    this.#sql.run(sql, jid, askedAt);
  }

  /** Deletes a removal, unless it was requested again. @returns whether it was deleted */
  end({ jid, requestedAt: askedAt }: StoredUserRemoval): boolean {
    return (
      this.#sql.changes("DELETE FROM user_removals WHERE jid = ? AND requested_at = ?", jid, askedAt) > 0
    );
  }

  /** The removals under way, oldest first. */
  all(): StoredUserRemoval[] {
    return this.#sql.rows<StoredUserRemoval>("SELECT * FROM user_removals ORDER BY requested_at, jid").all();
  }

  /** The time of the latest removal; 0 if there are none. */
  newest(): number {
    return this.#sql.values<number>("SELECT max(requested_at) FROM user_removals").get() ?? 0;
  }

  /** Rooms that the user is to be removed from, by id, those after this one. */
  roomsLeft(
    { jid, requestedAt: askedAt }: StoredUserRemoval,
    after: number,
    limit: number,
  ): { id: number; name: string }[] {
    const sql = `SELECT rooms.id, rooms.name FROM affiliations JOIN rooms ON rooms.id = affiliations.room
      WHERE jid = ? AND room > ? AND since <= ? AND affiliation <> 'outcast'
        AND room NOT IN (SELECT room FROM rooms_being_deleted)
      ORDER BY room LIMIT ?`;
    return this.#sql.rows<{ id: number; name: string }>(sql).all(jid, after, askedAt, limit);
  }
}
