/**
 * Prevents two components from running on the same database, because both would send the stanzas in it. A component
 * uses SQLite to lock an empty file beside the database. The lock ends with the process, and doesn't affect commands.
 */
import { sqliteFaultText, StorageFault } from "./database.js";
import { makePrivate } from "./private-file.js";
import { Sqlite, type Database } from "./sqlite.js";

export interface InstanceLock {
  release(): void;
}

/** Acquires the lock of the database at a path. @throws StorageFault if another component holds the lock */
export function acquireInstanceLock(path: string): InstanceLock {
  // No other process can open a database in memory.
  if (path === ":memory:") return { release: () => undefined };
  const lock = `${path}.lock`;
  let db: Database | undefined;
  try {
    makePrivate(lock);
    db = new Sqlite(lock, { timeout: 0 });
    db.exec("BEGIN EXCLUSIVE");
    const held = db;
    return { release: () => void held.close() };
  } catch (error) {
    db?.close();
    const isTaken = error instanceof Sqlite.SqliteError && error.code.startsWith("SQLITE_BUSY");
    const sentence = isTaken
      ? `Another qtalk-component runs on the database ${path}: stop it, or set another storage.path for this one.`
      : sqliteFaultText(error, lock);
    throw new StorageFault(sentence, { cause: error });
  }
}
