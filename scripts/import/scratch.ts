/**
 * A database to rehearse on: the tables that an import touches, copied into a file of its own. A dry run then does
 * the very same work, and holds no lock of the database that a running component uses.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../storage/database.js";
import { asFolderOwner } from "../folder-owner.js";
import { openStorage } from "../start-failures.js";

/**
 * Works on a copy, and throws it away.
 * @param path the real database; it need not exist
 * @param tables in an order in which references are there before what refers to them
 */
export function inScratchCopy<T>(
  path: string,
  tables: readonly string[],
  work: (db: Database) => Promise<T>,
): Promise<T> {
  return asFolderOwner(path, () => inCopy(path, tables, work));
}

async function inCopy<T>(
  path: string,
  tables: readonly string[],
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "qtalk-dry-run-"));
  try {
    const db = openStorage(join(folder, "scratch.db"));
    try {
      // Nothing here has to outlive a crash.
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
  // Brings an older file's schema up to date, as the import itself would.
  openStorage(path, { busyTimeout: 5_000 }).close();
  db.prepare("ATTACH ? AS real").run(path);
  for (const table of tables) db.exec(`INSERT INTO main.${table} SELECT * FROM real.${table}`);
  db.exec("DETACH real");
}
