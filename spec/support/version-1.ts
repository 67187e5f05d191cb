/** Databases as the first version of the schema left them. */
import { readFileSync } from "node:fs";
import { Sqlite } from "../../storage/sqlite.js";

const text = (name: string): string =>
  readFileSync(new URL(`../../../spec/storage/${name}`, import.meta.url), "utf8");

/** "qtlk" in ASCII. */
const APPLICATION_ID = 0x71746c6b;

/** Makes a database without rows, apart from what `change` adds. */
export function makeFirst(path: string, change = ""): void {
  const db = new Sqlite(path);
  // The rows are in the order of their tables' names, and some belong to the full-text index.
  db.pragma("foreign_keys = OFF");
  db.unsafeMode();
  db.exec(`BEGIN; ${text("schema-1.sql")}; ${change};
    PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 1; COMMIT`);
  db.close();
}

/** Makes a database that was in use: rooms, hooks, and messages that wait. */
export function makeUsed(path: string): void {
  makeFirst(path, text("rows-1.sql"));
}
