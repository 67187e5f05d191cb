/** The service's administrators as its rooms know them, and the rooms that they are in. */
import type { Database } from "./database.js";

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
