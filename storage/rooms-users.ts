/** What rooms remember of users besides affiliations: invitations, activity that they missed, service administrators. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

export interface StoredInvitation {
  /** Bare. */
  readonly invited: string;
  /** Bare, the real address. */
  readonly inviter: string;
  /** The inviter's address that the invited user was shown. */
  readonly shown: string;
}

/** The most invitations kept for a room. */
const MOST = 1000;

/** Methods that write must be called inside a transaction. */
export class RoomsInvitations {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  /** A user's invitations. */
  of(room: number, invited: string): StoredInvitation[] {
    const sql = "SELECT invited, inviter, shown FROM invitations WHERE room = ? AND invited = ?";
    return this.#sql.rows<StoredInvitation>(sql).all(room, invited);
  }

  /** @param at microseconds since 1970 */
  put(room: number, at: number, { invited, inviter, shown }: StoredInvitation): void {
    this.#sql.run(
      "INSERT OR REPLACE INTO invitations (room, invited, inviter, shown, at) VALUES (?, ?, ?, ?, ?)",
      ...[room, invited, inviter, shown, at],
    );
    this.#sql.run(
      `DELETE FROM invitations WHERE room = ? AND at <=
         (SELECT at FROM invitations WHERE room = ? ORDER BY at DESC LIMIT 1 OFFSET ${MOST})`,
      ...[room, room],
    );
  }

  remove(room: number, { invited, inviter }: StoredInvitation): void {
    const sql = "DELETE FROM invitations WHERE room = ? AND invited = ? AND inviter = ?";
    this.#sql.run(sql, room, invited, inviter);
  }
}

export interface ActiveRoom {
  readonly id: number;
  /** The localpart of its address. */
  readonly name: string;
}

/** A query for active rooms. */
export interface ActivityQuery {
  readonly account: string;
  /** The subscribed session; rooms that it is in are left out. */
  readonly session: string;
  /** The id of the last room returned before. */
  readonly after: number;
}

/** Methods that write must be called inside a transaction. */
export class RoomsActivity {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  /** The full addresses of all subscribed sessions. */
  all(): string[] {
    return this.#sql.values<string>("SELECT jid FROM activity_subscriptions").all();
  }

  set(session: string, isWanted: boolean): void {
    setListed(this.#sql, "activity_subscriptions", session, isWanted);
  }

  /** Whether an account is at least a member of any room. */
  belongs(account: string): boolean {
    return this.#sql.has("affiliations WHERE jid = ? AND affiliation <> 'outcast'", account);
  }

  /** Rooms of an account with messages since it was last inside or became a member, by id. */
  active({ account, session, after }: ActivityQuery, limit: number): ActiveRoom[] {
    const sql = `SELECT rooms.id, rooms.name FROM affiliations AS own JOIN rooms ON rooms.id = own.room
      WHERE own.jid = @account AND own.room > @after AND own.affiliation <> 'outcast' AND rooms.locked = 0
        AND own.room NOT IN (SELECT room FROM rooms_being_deleted)
        AND NOT EXISTS (SELECT 1 FROM occupants WHERE room = own.room AND jid = @session)
        AND EXISTS (SELECT 1 FROM archive
                    WHERE room = own.room AND id > max(own.since, ifnull(own.seen, 0)))
      ORDER BY own.room LIMIT @limit`;
    return this.#sql.rows<ActiveRoom>(sql).all({ account, session, after, limit });
  }

  /** Stores the time when a member left, in microseconds since 1970. */
  setSeen(room: number, account: string, until: number): void {
    this.#sql.run("UPDATE affiliations SET seen = ? WHERE room = ? AND jid = ?", until, room, account);
  }
}

/** The service administrators when rooms were updated last. To be changed inside a transaction. */
export class ServiceAdminsStore {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  /** Bare addresses. */
  all(): string[] {
    return this.#sql.values<string>("SELECT jid FROM service_admins").all();
  }

  set(jid: string, isAdmin: boolean): void {
    setListed(this.#sql, "service_admins", jid, isAdmin);
  }

  /** The localparts of the rooms in which an account has a session. It reads all sessions. */
  roomsWith(jid: string): string[] {
    // The slash and the character after it: between them are an account's sessions.
    const sql = `SELECT DISTINCT name FROM occupants JOIN rooms ON rooms.id = occupants.room
      WHERE jid > ? || '/' AND jid < ? || '0'`;
    return this.#sql.values<string>(sql).all(jid, jid);
  }
}

function setListed(sql: Sql, table: string, jid: string, isIn: boolean): void {
  if (isIn) sql.run(`INSERT OR IGNORE INTO ${table} (jid) VALUES (?)`, jid);
  else sql.run(`DELETE FROM ${table} WHERE jid = ?`, jid);
}
