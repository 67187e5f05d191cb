/**
 * Keeps a second daemon off a database: both would send the outbox's rows. The lock is SQLite's own, on an empty file
 * beside the database, so it ends with the process, however that ends; commands that only look in aren't kept out.
 */
import { explain, StorageFault } from "./database.js";
import { makePrivate } from "./private-file.js";
import { Sqlite, type Database } from "./sqlite.js";

export interface InstanceLock {
  release(): void;
}

/**
 * Takes the database for this process alone.
 * @throws StorageFault where another daemon has it
 */
export function acquireInstanceLock(path: string): InstanceLock {
  // Nobody else can reach a database in memory.
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
      ? `Another qtalk-component runs on the database ${path}: end it, or give this one a storage.path of its own.`
      : explain(error, lock);
    throw new StorageFault(sentence, { cause: error });
  }
}
