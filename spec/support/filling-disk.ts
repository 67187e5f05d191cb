/** Loaded into a component (--import): each SIGUSR2 fills the database's disk, or frees it again. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { Sqlite, type Database } from "../../storage/sqlite.js";

/** The most pages of a database by SQLite's own limit. */
const MAX_PAGES = 4_294_967_294;

const databases = new Set<Database>();
const { prototype } = Sqlite as unknown as { prototype: Record<"prepare", (...all: unknown[]) => unknown> };
const { prepare } = prototype;
prototype.prepare = function (this: Database, ...all) {
  databases.add(this);
  return prepare.apply(this, all);
};
const { statfsSync } = fs;
let isFull = false;
fs.statfsSync = ((path: string) =>
  Object.assign(statfsSync(path), isFull ? { bavail: 0 } : {})) as typeof statfsSync;
syncBuiltinESMExports();

process.on("SIGUSR2", () => {
  isFull = !isFull;
  for (const db of databases) {
    if (!db.open || db.readonly) continue;
    const pages = isFull ? Number(db.pragma("page_count", { simple: true })) : MAX_PAGES;
    db.pragma(`max_page_count = ${pages}`);
  }
});
