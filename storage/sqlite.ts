/** Loads the SQLite library better-sqlite3: release 13, but release 12 on Node 20, which release 13 crashes. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type BetterSqlite from "better-sqlite3";

export const isNode20 = process.versions.node.startsWith("20.");

/** The path of release 12 for Node 20, relative to dist/storage, where the compiled form of this file is. */
const FOR_NODE_20 = fileURLToPath(
  new URL("../../storage/node20/node_modules/better-sqlite3", import.meta.url),
);

export const Sqlite = load();
export type Database = BetterSqlite.Database;
export type RunResult = BetterSqlite.RunResult;
export type Statement<Parameters extends unknown[], Row> = BetterSqlite.Statement<Parameters, Row>;

function load(): typeof BetterSqlite {
  try {
    return createRequire(import.meta.url)(isNode20 ? FOR_NODE_20 : "better-sqlite3") as typeof BetterSqlite;
  } catch (cause) {
    throw new Error(
      `The SQLite library for Node ${process.versions.node} is not installed: reinstall qtalk-component with ` +
        "this Node (in a checkout: npm run ready).",
      { cause },
    );
  }
}
