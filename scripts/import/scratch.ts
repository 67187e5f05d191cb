import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, type Database } from "../../storage/database.js";

/**
 * Runs the work of a dry run on a temporary copy of the tables that it changes, without locking the database.
 * @param path the database; it need not exist
 * @param tables the tables to copy, each after the tables that it references
 */
export async function inScratchCopy<T>(
  path: string,
  tables: readonly string[],
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "qtalk-dry-run-"));
  try {
    const db = openDatabase(join(folder, "scratch.db"));
    try {
      // The copy needn't survive a crash, so writes needn't reach the disk.
      db.pragma("synchronous = OFF");
      if (existsSync(path)) copyTables(db, path, tables);
      return await work(db);
    } finally {
      db.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyTables(db: Database, path: string, tables: readonly string[]): void {
  // Like the import, fails if the database has another version.
  openDatabase(path, { busyTimeout: 5_000 }).close();
  db.prepare("ATTACH ? AS real").run(path);
  for (const table of tables) db.exec(`INSERT INTO main.${table} SELECT * FROM real.${table}`);
  db.exec("DETACH real");
}
