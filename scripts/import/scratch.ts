/**
 * A database to rehearse on: the tables that an import touches, copied into a file of its own. A dry run then does
 * the very same work, and holds no lock of the database that a running component uses.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../storage/database.js";
import { openStorage } from "../start-failures.js";

export interface Scratch {
  readonly db: Database;
  /** Closes and deletes it. */
  remove(): void;
}

/**
 * @param path the real database; it need not exist
 * @param tables in an order in which references are there before what refers to them
 */
export function scratchCopy(path: string, tables: readonly string[]): Scratch {
  const folder = mkdtempSync(join(tmpdir(), "qtalk-dry-run-"));
  const db = openStorage(join(folder, "scratch.db"), { exclusive: true });
  // Nothing here has to outlive a crash.
  db.pragma("synchronous = OFF");
  if (existsSync(path)) {
    // Brings an older file's schema up to date, as the import itself would.
    openStorage(path, { busyTimeout: 5_000 }).close();
    db.prepare("ATTACH ? AS real").run(path);
    for (const table of tables) db.exec(`INSERT INTO main.${table} SELECT * FROM real.${table}`);
    db.exec("DETACH real");
  }
  return {
    db,
    remove: () => {
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
