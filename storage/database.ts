/** Opens the one SQLite file: settings, migrations, and faults told in words. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { makePrivate } from "./private-file.js";

export type Database = Sqlite.Database;

/** The database can't be used; `message` says what to do. */
export class StorageFault extends Error {
  override name = "StorageFault";
}

/** Migrations lie beside the sources; the compiled program runs from dist/. */
const MIGRATIONS = fileURLToPath(new URL("../../storage/migrations/", import.meta.url));

export interface DatabaseOptions {
  /** How long a statement waits for another process's lock, in milliseconds; it blocks the event loop. */
  readonly busyTimeout?: number;
  readonly readonly?: boolean;
  /** Leaves an older schema as it is, for the version that wrote it. */
  readonly asItIs?: boolean;
  /** Keeps every other process out for as long as it is open, and can't be had while one is in. */
  readonly exclusive?: boolean;
}

/**
 * Opens the file, creating it where it doesn't exist, and brings its schema up to date where it isn't to stay.
 * @throws StorageFault
 */
export function openDatabase(path: string, options: DatabaseOptions = {}): Database {
  let db: Database | undefined;
  try {
    if (path !== ":memory:" && options.readonly !== true) makePrivate(path);
    db = new Sqlite(path, { timeout: options.busyTimeout ?? 200, readonly: options.readonly ?? false });
    if (options.exclusive === true) db.pragma("locking_mode = EXCLUSIVE");
    if (options.readonly !== true) db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.pragma("foreign_keys = ON");
    migrate(db, path, options.asItIs !== true);
    return db;
  } catch (error) {
    db?.close();
    throw error instanceof StorageFault ? error : new StorageFault(explain(error, path), { cause: error });
  }
}

/** Whether the trouble may go away by itself: another process's lock, a full disk, an unwritable file. */
export function isStorageTrouble(error: unknown): error is InstanceType<typeof Sqlite.SqliteError> {
  return error instanceof Sqlite.SqliteError;
}

/** One sentence: what is wrong with the file, and what to do. */
export function explain(error: unknown, path: string): string {
  const code = error instanceof Sqlite.SqliteError ? error.code : "";
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return `The database ${path} is locked by another process: end that process, or wait until it is done.`;
  }
  if (code.startsWith("SQLITE_FULL"))
    return `The disk that holds the database ${path} is full: free some space.`;
  if (
    code.startsWith("SQLITE_READONLY") ||
    code.startsWith("SQLITE_CANTOPEN") ||
    code.startsWith("SQLITE_PERM")
  ) {
    return `The database ${path} can't be opened for writing: check that its folder exists and that this user may write to the folder and the file.`;
  }
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB")) {
    return `The database ${path} is damaged or is no SQLite file: restore it from a backup, or move it away to start with an empty one.`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return `The database ${path} can't be used (${reason}): check storage.path in the configuration.`;
}

interface Migration {
  readonly version: number;
  readonly sql: string;
}

function migrations(): Migration[] {
  return readdirSync(MIGRATIONS)
    .filter((name) => /^\d{3}-.*\.sql$/.test(name))
    .sort()
    .map((name) => ({
      version: Number(name.slice(0, 3)),
      sql: readFileSync(join(MIGRATIONS, name), "utf8"),
    }));
}

/** @param isWanted whether an older schema is brought up to date */
function migrate(db: Database, path: string, isWanted: boolean): void {
  const all = migrations();
  const newest = all.at(-1)?.version ?? 0;
  const read = (): number => db.pragma("user_version", { simple: true }) as number;
  const version = read();
  if (version > newest) {
    throw new StorageFault(
      `The database ${path} has schema ${version}, newer than this program's ${newest}: run the version that wrote it, or a later one.`,
    );
  }
  if (!isWanted) return;
  for (const migration of all.filter((m) => m.version > version)) {
    db.transaction(() => {
      // Another process that opened the file at the same time may have been first.
      if (read() >= migration.version) return;
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.version}`);
    }).immediate();
  }
}

/** @returns what tells another number after every change that another connection has made to the database */
export function dataVersion(db: Database): () => number {
  const version = db.prepare<[], number>("PRAGMA data_version").pluck();
  return () => version.get() ?? 0;
}
