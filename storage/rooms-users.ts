/** What rooms remember of users besides affiliations: invitations, activity that they missed, service administrators. */
import type { Database } from "./database.js";

export interface StoredInvitation {
  /** Bare. */
  readonly invited: string;
  /** Bare, the real address. */
  readonly inviter: string;
  /** The inviter's address as the invited was told it. */
  readonly shown: string;
}

/** So many are remembered of a room at most. */
const MOST = 1000;

/** All that change something are to be called inside a transaction. */
export class RoomsInvitations {
  readonly #find;
  readonly #put;
  readonly #prune;
  readonly #remove;

  constructor(db: Database) {
    this.#find = db.prepare<[number, string], StoredInvitation>(
      "SELECT invited, inviter, shown FROM invitations WHERE room = ? AND invited = ?",
    );
    this.#put = db.prepare<[StoredInvitation & { room: number; at: number }]>(
      "INSERT OR REPLACE INTO invitations (room, invited, inviter, shown, at) VALUES (@room, @invited, @inviter, @shown, @at)",
    );
    this.#prune = db.prepare<[number, number]>(
      `DELETE FROM invitations WHERE room = ? AND at <=
         (SELECT at FROM invitations WHERE room = ? ORDER BY at DESC LIMIT 1 OFFSET ${MOST})`,
    );
    this.#remove = db.prepare<[number, string, string]>(
      "DELETE FROM invitations WHERE room = ? AND invited = ? AND inviter = ?",
    );
  }

  /** Those of somebody. */
  of(room: number, invited: string): StoredInvitation[] {
    return this.#find.all(room, invited);
  }

  /** @param at microseconds since 1970 */
  put(room: number, at: number, invitation: StoredInvitation): void {
    this.#put.run({ ...invitation, room, at });
    this.#prune.run(room, room);
  }

  remove(room: number, { invited, inviter }: StoredInvitation): void {
    this.#remove.run(room, invited, inviter);
  }
}

export interface ActiveRoom {
  readonly id: number;
  /** The localpart of its address. */
  readonly name: string;
}

/** Of whom it is asked, and where to go on. */
export interface ActivityQuery {
  readonly account: string;
  /** The full address of theirs that wants to know: rooms that it is in aren't news. */
  readonly session: string;
  /** The id of the last room that was given. */
  readonly after: number;
}

/** All that change something are to be called inside a transaction. */
export class RoomsActivity {
  readonly #all;
  readonly #put;
  readonly #remove;
  readonly #belongs;
  readonly #active;
  readonly #seen;

  constructor(db: Database) {
    this.#all = db.prepare<[], string>("SELECT jid FROM activity_subscriptions").pluck();
    this.#put = db.prepare<[string]>("INSERT OR IGNORE INTO activity_subscriptions (jid) VALUES (?)");
    this.#remove = db.prepare<[string]>("DELETE FROM activity_subscriptions WHERE jid = ?");
    this.#belongs = db
      .prepare<[string], number>(
        "SELECT 1 FROM affiliations WHERE jid = ? AND affiliation <> 'outcast' LIMIT 1",
      )
      .pluck();
    this.#active = db.prepare<[ActivityQuery & { limit: number }], ActiveRoom>(
      `SELECT rooms.id, rooms.name FROM affiliations AS own JOIN rooms ON rooms.id = own.room
       WHERE own.jid = @account AND own.room > @after AND own.affiliation <> 'outcast' AND rooms.locked = 0
         AND own.room NOT IN (SELECT room FROM remains)
         AND NOT EXISTS (SELECT 1 FROM occupants WHERE room = own.room AND jid = @session)
         AND EXISTS (SELECT 1 FROM archive
                     WHERE room = own.room AND id > max(own.since, ifnull(own.seen, 0)))
       ORDER BY own.room LIMIT @limit`,
    );
    this.#seen = db.prepare<[number, number, string]>(
      "UPDATE affiliations SET seen = ? WHERE room = ? AND jid = ?",
    );
  }

  /** The full addresses of all sessions that want to be told. */
  all(): string[] {
    return this.#all.all();
  }

  set(session: string, isWanted: boolean): void {
    (isWanted ? this.#put : this.#remove).run(session);
  }

  /** Whether an account is a member of any room, or more. */
  belongs(account: string): boolean {
    return this.#belongs.get(account) !== undefined;
  }

  /** Rooms of an account in which something was said since it was inside, or became a member; by id. */
  active(query: ActivityQuery, limit: number): ActiveRoom[] {
    return this.#active.all({ ...query, limit });
  }

  /** Takes note until when a member was inside: a number as messages have it. */
  setSeen(room: number, account: string, until: number): void {
    this.#seen.run(until, room, account);
  }
}

/** The service administrators when rooms were updated last. To be changed inside a transaction. */
export class ServiceAdminsStore {
  readonly #all;
  readonly #put;
  readonly #remove;
  readonly #roomsWith;

  constructor(db: Database) {
    this.#all = db.prepare<[], string>("SELECT jid FROM service_admins").pluck();
    this.#put = db.prepare<[string]>("INSERT OR IGNORE INTO service_admins (jid) VALUES (?)");
    this.#remove = db.prepare<[string]>("DELETE FROM service_admins WHERE jid = ?");
    // The slash and what comes after it: those are an account's sessions.
    this.#roomsWith = db
      .prepare<[string, string], string>(
        `SELECT DISTINCT name FROM occupants JOIN rooms ON rooms.id = occupants.room
         WHERE jid > ? || '/' AND jid < ? || '0'`,
      )
      .pluck();
  }

  /** Bare addresses. */
  all(): string[] {
    return this.#all.all();
  }

  /** Takes note that somebody is one, or no more. */
  set(jid: string, isAdmin: boolean): void {
    (isAdmin ? this.#put : this.#remove).run(jid);
  }

  /** The localparts of the rooms in which an account has a session. It reads all sessions. */
  roomsWith(jid: string): string[] {
    return this.#roomsWith.all(jid, jid);
  }
}
