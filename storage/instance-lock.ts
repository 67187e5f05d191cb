/**
 * Prevents a second component from running on a database, as both would send the outbox's rows. It is a lock of SQLite on
 * an empty file beside the database, so it ends with the process; commands that open the database aren't affected.
 */
import { explain, StorageFault } from "./database.js";
import { makePrivate } from "./private-file.js";
import { Sqlite, type Database } from "./sqlite.js";

export interface InstanceLock {
  release(): void;
}

/**
 * Acquires the lock.
 * @throws StorageFault if another component holds it
 */
export function acquireInstanceLock(path: string): InstanceLock {
  // A database in memory belongs to this process.
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
      : explain(error, lock);
    throw new StorageFault(sentence, { cause: error });
  }
}
