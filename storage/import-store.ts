/**
 * Writes imported rooms and affiliations: many at once, and without lowering an affiliation. Only for a database that no
 * component uses, as it keeps rooms in memory.
 */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

export interface ImportedRoom {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** JSON. */
  readonly options: string;
}

export interface NewRoom {
  readonly name: string;
  readonly secret: Buffer;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly listed: boolean;
  readonly options: string;
  readonly subject: string | undefined;
}

export interface ImportedAffiliation {
  readonly room: number;
  readonly jid: string;
  readonly affiliation: "owner" | "admin" | "member" | "outcast";
  /** Microseconds since 1970; orders the affiliations. */
  readonly since: number;
}

/** The progress of a step of an import. */
export interface StepProgress {
  /** Offset in bytes from which it resumes. */
  readonly position: number;
  /** JSON: the rest of its state. */
  readonly state: string;
}

const RANK = `CASE {} WHEN 'owner' THEN 3 WHEN 'admin' THEN 2 WHEN 'member' THEN 1 ELSE 0 END`;

/** Methods that write must be called inside a transaction. */
export class ImportStore {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  room(name: string): ImportedRoom | undefined {
    return this.#sql.rows<ImportedRoom>("SELECT id, created_at, options FROM rooms WHERE name = ?").get(name);
  }

  /** @returns its id */
  addRoom({ name, secret, createdAt, listed, options, subject }: NewRoom): number {
    const sql = `INSERT INTO rooms (name, secret, created_at, locked, listed, options, subject)
      VALUES (?, ?, ?, 0, ?, ?, ?)`;
    const { lastInsertRowid } = this.#sql.run(sql, name, secret, createdAt, listed, options, subject);
    return Number(lastInsertRowid);
  }

  setOptions(id: number, options: string, listed: boolean): void {
    this.#sql.run("UPDATE rooms SET options = ?, listed = ? WHERE id = ?", options, listed, id);
  }

  /** Returns false if they have an affiliation already. */
  addMember(room: number, jid: string, since: number): boolean {
    const sql = `INSERT INTO affiliations (room, jid, affiliation, since) VALUES (?, ?, 'member', ?)
      ON CONFLICT (room, jid) DO NOTHING`;
    return this.#sql.changes(sql, room, jid, since) > 0;
  }

  /** Sets an affiliation if it is higher than the present one. */
  raise({ room, jid, affiliation, since }: ImportedAffiliation): boolean {
    const sql = `INSERT INTO affiliations (room, jid, affiliation, since) VALUES (?, ?, ?, ?)
      ON CONFLICT (room, jid) DO UPDATE SET affiliation = excluded.affiliation
        WHERE ${RANK.replace("{}", "excluded.affiliation")} > ${RANK.replace("{}", "affiliations.affiliation")}`;
    return this.#sql.changes(sql, room, jid, affiliation, since) > 0;
  }

  /** The number of rooms without an owner. */
  countOwnerless(): number {
    return this.#sql.count(`rooms WHERE NOT EXISTS
      (SELECT 1 FROM affiliations WHERE room = rooms.id AND affiliation = 'owner')`);
  }

  /** The progress of a step of an interrupted import. */
  progress(source: string, step: string): StepProgress | undefined {
    return this.#sql
      .rows<StepProgress>("SELECT position, state FROM import_progress WHERE source = ? AND step = ?")
      .get(source, step);
  }

  putProgress(source: string, step: string, { position, state }: StepProgress): void {
    const sql = "INSERT OR REPLACE INTO import_progress (source, step, position, state) VALUES (?, ?, ?, ?)";
    this.#sql.run(sql, source, step, position, state);
  }

  /** Forgets the progress of a finished import. */
  forgetProgress(source: string): void {
    this.#sql.run("DELETE FROM import_progress WHERE source = ?", source);
  }
}
