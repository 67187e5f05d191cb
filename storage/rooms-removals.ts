/** Stores tombstones of destroyed rooms, and removals of users from all their rooms. */
import { Store } from "./sql.js";

/** A record of a destroyed room, which reserves the room's address. */
export interface RoomTombstone {
  /** The localpart of the room's address. */
  readonly name: string;
  /** When the room was destroyed, in milliseconds since 1970. */
  readonly destroyedAt: number;
  /** The bare addresses of the owners, who may create the room again. */
  readonly owners: readonly string[];
  /** The address of the room to enter instead (XEP-0045 §10.9). */
  readonly alternative: string | undefined;
  readonly reason: string | undefined;
}

/** The store of tombstones. Methods that write must be called inside a transaction. */
export class RoomTombstones extends Store {
  find(name: string): RoomTombstone | undefined {
    const raw = this.sql
      .rows<RoomTombstone & { readonly owners: string }>("SELECT * FROM room_tombstones WHERE name = ?")
      .get(name);
    return raw && { ...raw, owners: JSON.parse(raw.owners) as string[] };
  }

  put({ name, destroyedAt, owners, alternative, reason }: RoomTombstone): void {
    this.sql.run(
      `INSERT OR REPLACE INTO room_tombstones (name, destroyed_at, owners, alternative, reason)
       VALUES (?, ?, ?, ?, ?)`,
      ...[name, destroyedAt, JSON.stringify(owners), alternative, reason],
    );
  }

  remove(name: string): void {
    this.sql.run("DELETE FROM room_tombstones WHERE name = ?", name);
  }

  /** Deletes up to `limit` tombstones older than `before` (milliseconds since 1970), oldest first; returns how many. */
  prune(before: number, limit: number): number {
    const sql = `DELETE FROM room_tombstones WHERE name IN
      (SELECT name FROM room_tombstones WHERE destroyed_at < ? ORDER BY destroyed_at LIMIT ?)`;
    return this.sql.changes(sql, before, limit);
  }
}

/** A request to remove a user from all rooms (the call clear_staff). */
export interface StoredUserRemoval {
  /** The user's bare address. */
  readonly jid: string;
  /** The time of the request, in microseconds since 1970; affiliations that the user got later stay. */
  readonly requestedAt: number;
}

/** The store of user removals under way. Methods that write must be called inside a transaction. */
export class UserRemovals extends Store {
  /** Adds a removal, or updates the time of a removal under way. */
  put({ jid, requestedAt: askedAt }: StoredUserRemoval): void {
    const sql = `INSERT INTO user_removals (jid, requested_at) VALUES (?, ?)
      ON CONFLICT (jid) DO UPDATE SET requested_at = excluded.requested_at`;
    this.sql.run(sql, jid, askedAt);
  }

  /** Deletes a finished removal, unless the removal was requested again meanwhile. @returns whether it was deleted */
  end({ jid, requestedAt: askedAt }: StoredUserRemoval): boolean {
    return this.sql.changes("DELETE FROM user_removals WHERE jid = ? AND requested_at = ?", jid, askedAt) > 0;
  }

  /** Returns the removals under way, the oldest first. */
  all(): StoredUserRemoval[] {
    return this.sql.rows<StoredUserRemoval>("SELECT * FROM user_removals ORDER BY requested_at, jid").all();
  }

  /** Returns the time of the latest request, in microseconds since 1970; 0 if no removals are under way. */
  newest(): number {
    return this.sql.values<number>("SELECT max(requested_at) FROM user_removals").get() ?? 0;
  }

  /** Returns rooms from which the user must still be removed, sorted by id. @param after only rooms with higher ids */
  roomsLeft(
    { jid, requestedAt: askedAt }: StoredUserRemoval,
    after: number,
    limit: number,
  ): { id: number; name: string }[] {
    const sql = `SELECT rooms.id, rooms.name FROM affiliations JOIN rooms ON rooms.id = affiliations.room
      WHERE jid = ? AND room > ? AND since <= ? AND affiliation <> 'outcast'
        AND room NOT IN (SELECT room FROM rooms_being_deleted)
      ORDER BY room LIMIT ?`;
    return this.sql.rows<{ id: number; name: string }>(sql).all(jid, after, askedAt, limit);
  }
}
