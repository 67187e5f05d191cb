/** News of rooms that one isn't in (XEP-0437): who wants to be told, and in which rooms something was said. */
import type { Database } from "./database.js";

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
