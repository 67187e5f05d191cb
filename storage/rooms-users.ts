/** Stores invitations to rooms, subscriptions to room activity (XEP-0437), and service administrators. */
import type { RoomName } from "./rooms-store.js";
import { Store, type Sql } from "./sql.js";

/** A row of the table `invitations`. */
export interface StoredInvitation {
  readonly invited: string;
  readonly inviter: string;
  readonly shown: string;
}

/** The maximum number of stored invitations to a room. The oldest are deleted first. */
const MAX_INVITATIONS = 1000;

export class RoomsInvitations extends Store {
  readonly of = this.sql.rows<StoredInvitation, [room: number, invited: string]>(
    "SELECT invited, inviter, shown FROM invitations WHERE room = ? AND invited = ?",
  ).all;

  /** Adds or replaces an invitation. @param at when the user was invited, in microseconds since 1970 */
  put(room: number, at: number, { invited, inviter, shown }: StoredInvitation): void {
    this.sql.put("invitations", ["room", "invited", "inviter"], { room, invited, inviter, shown, at });
    const oldest = "DELETE FROM invitations WHERE room = ? ORDER BY at DESC LIMIT -1 OFFSET ?";
    this.sql.run(oldest, room, MAX_INVITATIONS);
  }

  remove(room: number, { invited, inviter }: StoredInvitation): void {
    this.sql.delete("invitations", { room, invited, inviter });
  }
}

/** A query for rooms with messages that an account hasn't seen. */
export interface ActivityQuery {
  /** The account's bare address. */
  readonly account: string;
  /** The full address of the session that subscribed; rooms in which this session is an occupant are left out. */
  readonly session: string;
  /** Only rooms with higher ids are returned. */
  readonly after: number;
}

export class RoomsActivity extends Store {
  readonly all = this.sql.values<string, []>("SELECT jid FROM activity_subscriptions").all;

  set(session: string, isWanted: boolean): void {
    setListed(this.sql, "activity_subscriptions", session, isWanted);
  }

  readonly belongs = this.sql.from<[account: string]>(
    "affiliations WHERE jid = ? AND affiliation <> 'outcast'",
  ).some;

  /** Returns an account's rooms with messages since the account was last inside or became a member, sorted by id. */
  active({ account, session, after }: ActivityQuery, limit: number): RoomName[] {
    const sql = `SELECT rooms.id, rooms.name FROM affiliations AS own JOIN rooms ON rooms.id = own.room
      WHERE own.jid = @account AND own.room > @after AND own.affiliation <> 'outcast' AND rooms.locked = 0
        AND own.room NOT IN (SELECT room FROM rooms_being_deleted)
        AND NOT EXISTS (SELECT 1 FROM occupants WHERE room = own.room AND jid = @session)
        AND EXISTS (SELECT 1 FROM archive
                    WHERE room = own.room AND id > max(own.since, ifnull(own.seen, 0)))
      ORDER BY own.room LIMIT @limit`;
    return this.sql.rows<RoomName>(sql).all({ account, session, after, limit });
  }

  /**
   * Stores when a user was last inside a room, in microseconds since 1970.
   * @param leftAt the same, if messages may invite the user again
   */
  setSeen(room: number, account: string, until: number, leftAt: number | undefined): void {
    this.sql.update(
      "affiliations",
      { room, jid: account },
      { seen: until, invited: true, left_at: leftAt ?? null },
    );
  }
}

/** The service administrators at the last update of rooms. */
export class ServiceAdminsStore extends Store {
  readonly all = this.sql.values<string, []>("SELECT jid FROM service_admins").all;

  set(jid: string, isAdmin: boolean): void {
    setListed(this.sql, "service_admins", jid, isAdmin);
  }

  /** Returns the localparts of the rooms in which an account has a session. Reads the rows of all sessions. */
  roomsWith(jid: string): string[] {
    // "0" is the character after "/", so an account's full addresses sort between "JID/" and "JID0".
    const sql = `SELECT DISTINCT name FROM occupants JOIN rooms ON rooms.id = occupants.room
      WHERE jid > ? || '/' AND jid < ? || '0'`;
    return this.sql.values<string>(sql).all(jid, jid);
  }
}

/** Adds an address to a table, or deletes it from the table. */
function setListed(sql: Sql, table: string, jid: string, isIn: boolean): void {
  if (isIn) sql.run(`INSERT OR IGNORE INTO ${table} (jid) VALUES (?)`, jid);
  else sql.delete(table, { jid });
}
