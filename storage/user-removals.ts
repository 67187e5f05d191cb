/** Stores removals of users from all their rooms, until the last room has lost them. */
import type { RoomName } from "./rooms-store.js";
import { Store } from "./sql.js";

/** A row of the table `user_removals`: a request to remove a user from all rooms. */
export interface StoredUserRemoval {
  readonly jid: string;
  readonly requestedAt: number;
  /** Whether rooms stay even if nobody remains. */
  readonly keepsRooms: boolean;
}

export class UserRemovals extends Store {
  /** Adds a removal, or replaces a removal under way. */
  put(removal: StoredUserRemoval): void {
    this.sql.put("user_removals", ["jid"], removal);
  }

  /** Deletes a finished removal, unless the removal was requested again meanwhile. @returns whether it was deleted */
  end({ jid, requestedAt }: Pick<StoredUserRemoval, "jid" | "requestedAt">): boolean {
    return this.sql.delete("user_removals", { jid, requestedAt }) > 0;
  }

  readonly all = this.sql.rows<StoredUserRemoval, []>(
    "SELECT * FROM user_removals ORDER BY requested_at, jid",
  ).all;

  /** Returns the time of the latest request, in microseconds since 1970; 0 if no removals are under way. */
  newest(): number {
    return this.sql.values<number>("SELECT max(requested_at) FROM user_removals").get() ?? 0;
  }

  /** Returns rooms from which the user must still be removed, sorted by id. */
  roomsLeft({ jid, requestedAt }: Pick<StoredUserRemoval, "jid" | "requestedAt">, limit: number): RoomName[] {
    const sql = `SELECT rooms.id, rooms.name FROM affiliations JOIN rooms ON rooms.id = affiliations.room
      WHERE jid = ? AND since <= ? AND affiliation <> 'outcast'
        AND room NOT IN (SELECT room FROM rooms_being_deleted)
      ORDER BY room LIMIT ?`;
    return this.sql.rows<RoomName>(sql).all(jid, requestedAt, limit);
  }
}
