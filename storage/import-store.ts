/** Writes imported rooms and affiliations. The component must not run meanwhile, because it holds rooms in memory. */
import { Store } from "./sql.js";

/** A room that exists in the database. */
export interface ImportedRoom {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** The room's options, as JSON. */
  readonly options: string;
}

/** A room to be added; time and options are as in ImportedRoom. */
export interface NewRoom {
  readonly name: string;
  readonly secret: Buffer;
  readonly createdAt: number;
  readonly listed: boolean;
  readonly options: string;
  /** The subject with its author and time, as JSON; undefined if the subject was never set. */
  readonly subject: string | undefined;
}

export interface ImportedAffiliation {
  readonly room: number;
  readonly jid: string;
  readonly affiliation: "owner" | "admin" | "member" | "outcast";
  /** When the user got the affiliation, in microseconds since 1970. Lists are sorted by this time. */
  readonly since: number;
}

/** SQL for the rank of an affiliation; {} stands for the affiliation. */
const RANK = `CASE {} WHEN 'owner' THEN 3 WHEN 'admin' THEN 2 WHEN 'member' THEN 1 ELSE 0 END`;

/** The store for imports. Methods that write must be called inside a transaction. */
export class ImportStore extends Store {
  room(name: string): ImportedRoom | undefined {
    return this.sql.rows<ImportedRoom>("SELECT id, created_at, options FROM rooms WHERE name = ?").get(name);
  }

  /** Adds a room. @returns the room's id */
  addRoom({ name, secret, createdAt, listed, options, subject }: NewRoom): number {
    const sql = `INSERT INTO rooms (name, secret, created_at, locked, listed, options, subject)
      VALUES (?, ?, ?, 0, ?, ?, ?)`;
    const { lastInsertRowid } = this.sql.run(sql, name, secret, createdAt, listed, options, subject);
    return Number(lastInsertRowid);
  }

  setOptions(id: number, options: string, listed: boolean): void {
    this.sql.run("UPDATE rooms SET options = ?, listed = ? WHERE id = ?", options, listed, id);
  }

  /** Makes a user a member. Returns false, and changes nothing, if the user has an affiliation already. */
  addMember(room: number, jid: string, since: number): boolean {
    const sql = `INSERT INTO affiliations (room, jid, affiliation, since) VALUES (?, ?, 'member', ?)
      ON CONFLICT (room, jid) DO NOTHING`;
    return this.sql.changes(sql, room, jid, since) > 0;
  }

  /** Sets a user's affiliation if it is higher than the present one. Returns whether it was set. */
  raise({ room, jid, affiliation, since }: ImportedAffiliation): boolean {
    const sql = `INSERT INTO affiliations (room, jid, affiliation, since) VALUES (?, ?, ?, ?)
      ON CONFLICT (room, jid) DO UPDATE SET affiliation = excluded.affiliation
        WHERE ${RANK.replace("{}", "excluded.affiliation")} > ${RANK.replace("{}", "affiliations.affiliation")}`;
    return this.sql.changes(sql, room, jid, affiliation, since) > 0;
  }

  /** Returns how many rooms have no owner. */
  countOwnerless(): number {
    return this.sql.count(`rooms WHERE NOT EXISTS
      (SELECT 1 FROM affiliations WHERE room = rooms.id AND affiliation = 'owner')`);
  }
}
