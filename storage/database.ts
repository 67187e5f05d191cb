/** Opens the SQLite database with its settings and schema. */
import { makePrivate } from "./private-file.js";
import { provideSchema, type AcceptedSchema } from "./schema.js";
import { Sqlite, type Database } from "./sqlite.js";
import { sqliteFaultText, StorageFault } from "./storage-fault.js";

export type { Database } from "./sqlite.js";
export { sqliteFaultText, StorageFault } from "./storage-fault.js";

export interface DatabaseOptions {
  /** How long a statement waits for another process's lock, in milliseconds. The wait blocks the event loop. */
  readonly busyTimeout?: number;
  readonly readonly?: boolean;
  /** Whether to lock out other processes while the database is open; opening fails if another process has it open. */
  readonly exclusive?: boolean;
  /** Which schemas are accepted; absent: only the present one. */
  readonly schema?: AcceptedSchema;
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
    provideSchema(db, options.schema);
    return db;
  } catch (error) {
    db?.close();
    throw error instanceof StorageFault
      ? error
      : new StorageFault(sqliteFaultText(error, path), { cause: error });
  }
}

/** Returns the size of the database in bytes. Unused pages count; the write-ahead log doesn't. */
export function databaseBytes(db: Database): number {
  const read = (pragma: string): number => Number(db.pragma(pragma, { simple: true }));
  return read("page_count") * read("page_size");
}
