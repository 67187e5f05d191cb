/** Opens the SQLite database with its settings and schema. */
import { readFileSync } from "node:fs";
import { makePrivate } from "./private-file.js";
import { Sqlite, type Database } from "./sqlite.js";

export type { Database } from "./sqlite.js";

/** Thrown if the database can't be used; `message` says why, and what the operator can do. */
export class StorageFault extends Error {
  override name = "StorageFault";
}

/** The file with the schema, relative to dist/storage, where the compiled form of this file is. */
const SCHEMA = new URL("../../storage/schema.sql", import.meta.url);
/** The version of the schema, which is stored in the header of the SQLite file. */
const SCHEMA_VERSION = 1;
/** The application id in the SQLite file's header: "qtlk" in ASCII. It identifies the file as this program's. */
const APPLICATION_ID = 0x71746c6b;

export interface DatabaseOptions {
  /** How long a statement waits for another process's lock, in milliseconds. The wait blocks the event loop. */
  readonly busyTimeout?: number;
  readonly readonly?: boolean;
  /** Whether to lock out other processes while the database is open; opening fails if another process has it open. */
  readonly exclusive?: boolean;
}

/** Opens the database, and creates it if it doesn't exist. @throws StorageFault if the database can't be used */
export function openDatabase(path: string, options: DatabaseOptions = {}): Database {
  let db: Database | undefined;
  try {
    if (path !== ":memory:" && options.readonly !== true) makePrivate(path);
    db = new Sqlite(path, { timeout: options.busyTimeout ?? 200, readonly: options.readonly ?? false });
    if (options.exclusive === true) db.pragma("locking_mode = EXCLUSIVE");
    if (options.readonly !== true) db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.pragma("foreign_keys = ON");
    provideSchema(db, options.readonly === true);
    return db;
  } catch (error) {
    db?.close();
    throw error instanceof StorageFault ? error : new StorageFault(explain(error, path), { cause: error });
  }
}

/** Returns a message for operators about an error of SQLite: what is wrong, and what to do. */
export function explain(error: unknown, path: string): string {
  const code = error instanceof Sqlite.SqliteError ? error.code : "";
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return `The database ${path} is locked by another process: stop that process, or retry when it has finished.`;
  }
  if (code.startsWith("SQLITE_FULL")) return `The disk of the database ${path} is full: free some space.`;
  if (
    code.startsWith("SQLITE_READONLY") ||
    code.startsWith("SQLITE_CANTOPEN") ||
    code.startsWith("SQLITE_PERM")
  ) {
    return `The database ${path} can't be opened for writing: check that its folder exists and that this user may write to the folder and the file.`;
  }
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB")) {
    return `The database ${path} is damaged or not a SQLite file: restore it from a backup, or move it away to start with an empty one.`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return `The database ${path} can't be used (${reason}): check storage.path in the configuration.`;
}

/** Creates the tables in an empty database. */
function provideSchema(db: Database, isReadonly: boolean): void {
  if (!isReadonly && isEmpty(db)) {
    db.transaction(() => {
      // Another process may have created the tables meanwhile.
      if (!isEmpty(db)) return;
      db.exec(readFileSync(SCHEMA, "utf8"));
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${SCHEMA_VERSION}`);
    }).immediate();
  }
  if (!isEmpty(db)) requireSchema(db);
}

/** Whether a database has no tables. Litestream's tables don't count: they may exist before the component starts. */
function isEmpty(db: Database): boolean {
  const others = "SELECT 1 FROM sqlite_schema WHERE name NOT LIKE '!_litestream!_%' ESCAPE '!' LIMIT 1";
  return db.prepare(others).get() === undefined;
}

/** Checks the version of the tables. @throws StorageFault if another version or another program created the tables */
function requireSchema(db: Database): void {
  const version = db.pragma("user_version", { simple: true });
  if (db.pragma("application_id", { simple: true }) === APPLICATION_ID && version === SCHEMA_VERSION) return;
  throw new StorageFault(
    `The database ${db.name} was made by another version of qtalk-component, or by another program (its schema is ` +
      `version ${String(version)}, this program's is ${SCHEMA_VERSION}): run the version that made it, or move the file ` +
      "away to start with an empty one.",
  );
}

/** Returns the size of the database in bytes. Unused pages count; the write-ahead log doesn't. */
export function databaseBytes(db: Database): number {
  const read = (pragma: string): number => Number(db.pragma(pragma, { simple: true }));
  return read("page_count") * read("page_size");
}
