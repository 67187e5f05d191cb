/**
 * Rooms and their members as an import writes them: many at a time, and never lowering anybody. Only for a database
 * that no component uses meanwhile, since that keeps rooms in memory.
 */
import type { Database } from "./database.js";

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
  /** Microseconds since 1970: the order in which they came. */
  readonly since: number;
}

/** How far a step of an import got. */
export interface StepProgress {
  /** The offset in bytes from which it goes on. */
  readonly position: number;
  /** JSON: whatever else it has to know then. */
  readonly state: string;
}

const RANK = `CASE {} WHEN 'owner' THEN 3 WHEN 'admin' THEN 2 WHEN 'member' THEN 1 ELSE 0 END`;

/** All that change something are to be called inside a transaction. */
export class ImportStore {
  readonly #db: Database;
  readonly #find;
  readonly #add;
  readonly #setOptions;
  readonly #addMember;
  readonly #raise;
  readonly #progress;
  readonly #putProgress;

  constructor(db: Database) {
    this.#db = db;
    this.#find = db.prepare<[string], ImportedRoom>(
      "SELECT id, created_at AS createdAt, options FROM rooms WHERE name = ?",
    );
    this.#add = db.prepare(
      `INSERT INTO rooms (name, secret, created_at, locked, listed, options, subject)
       VALUES (@name, @secret, @createdAt, 0, @listed, @options, @subject)`,
    );
    this.#setOptions = db.prepare<[string, number, number]>(
      "UPDATE rooms SET options = ?, listed = ? WHERE id = ?",
    );
    this.#addMember = db.prepare<[number, string, number]>(
      `INSERT INTO affiliations (room, jid, affiliation, since) VALUES (?, ?, 'member', ?)
       ON CONFLICT (room, jid) DO NOTHING`,
    );
    this.#raise = db.prepare(
      `INSERT INTO affiliations (room, jid, affiliation, since) VALUES (@room, @jid, @affiliation, @since)
       ON CONFLICT (room, jid) DO UPDATE SET affiliation = excluded.affiliation
         WHERE ${RANK.replace("{}", "excluded.affiliation")} > ${RANK.replace("{}", "affiliations.affiliation")}`,
    );
    this.#progress = db.prepare<[string, string], StepProgress>(
      "SELECT position, state FROM import_progress WHERE source = ? AND step = ?",
    );
    this.#putProgress = db.prepare<[string, string, number, string]>(
      "INSERT OR REPLACE INTO import_progress (source, step, position, state) VALUES (?, ?, ?, ?)",
    );
  }

  room(name: string): ImportedRoom | undefined {
    return this.#find.get(name);
  }

  /** @returns its id */
  addRoom(room: NewRoom): number {
    const { listed, subject = null, ...rest } = room;
    return Number(this.#add.run({ ...rest, listed: Number(listed), subject }).lastInsertRowid);
  }

  setOptions(id: number, options: string, listed: boolean): void {
    this.#setOptions.run(options, Number(listed), id);
  }

  /** False where they are a member or more already, or banned. */
  addMember(room: number, jid: string, since: number): boolean {
    return this.#addMember.run(room, jid, since).changes > 0;
  }

  /** Gives an affiliation where it is higher than what they have. */
  raise(affiliation: ImportedAffiliation): boolean {
    return this.#raise.run(affiliation).changes > 0;
  }

  /** How many rooms have nobody who owns them. */
  countOwnerless(): number {
    const sql = `SELECT count(*) FROM rooms WHERE NOT EXISTS
      (SELECT 1 FROM affiliations WHERE room = rooms.id AND affiliation = 'owner')`;
    return this.#db.prepare<[], number>(sql).pluck().get() ?? 0;
  }

  /** How far a step of an interrupted import got. */
  progress(source: string, step: string): StepProgress | undefined {
    return this.#progress.get(source, step);
  }

  putProgress(source: string, step: string, { position, state }: StepProgress): void {
    this.#putProgress.run(source, step, position, state);
  }

  /** The import is done: the next one of this source begins at the beginning. */
  forgetProgress(source: string): void {
    this.#db.prepare("DELETE FROM import_progress WHERE source = ?").run(source);
  }
}
