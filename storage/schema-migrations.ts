/** Brings a database of an older version to the present schema, one version after the other (storage/migrations). */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { openDatabase, type Database } from "./database.js";
import { isEmpty, migration, noteVersion, requirePresent, SCHEMA_VERSION, schemaVersion } from "./schema.js";
import { Sqlite } from "./sqlite.js";
import { StorageFault } from "./storage-fault.js";

/** How long to wait for a command that uses the database, in milliseconds. */
const BUSY_MS = 5_000;

/** Why a migration failed. It is undone then. */
export interface MigrationFault {
  readonly message: string;
  /** Whether another process has locked the database, so that a later try can succeed. */
  readonly isLocked: boolean;
}

/** What a migration is doing: running one of its statements. */
export interface MigrationStep {
  /** The version to which it migrates. */
  readonly version: number;
  /** The number of the statement, from 1. */
  readonly statement: number;
  readonly of: number;
}

/** Returns the versions to which the next start migrates a database; empty: it has the present one, or no tables. */
export function pendingVersions(db: Database): number[] {
  if (isEmpty(db)) return [];
  const version = schemaVersion(db);
  return Array.from({ length: SCHEMA_VERSION - version }, (_, index) => version + 1 + index);
}

/**
 * Tries the pending migrations on a copy of the schema, without its rows.
 * @throws StorageFault if they don't lead to the present schema
 */
export function tryMigrations(db: Database): void {
  const versions = pendingVersions(db);
  if (versions.length === 0) return;
  const copy = new Sqlite(":memory:");
  try {
    for (const sql of ownDefinitions(db)) copy.exec(sql);
    for (const version of versions) copy.exec(migration(version).join("\n"));
    requirePresent(copy, db.name);
  } catch (error) {
    if (error instanceof StorageFault) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StorageFault(
      `The database ${db.name} can't be migrated to version ${SCHEMA_VERSION} of the schema (${reason}), because a ` +
        `build between two releases made its tables: run the build that made them, or restore the copy that was made ` +
        `before its update (${db.name}.before-…), or a backup.`,
    );
  } finally {
    copy.close();
  }
}

/** Returns the statements that made a database's tables, except SQLite's own and those that virtual tables make. */
function ownDefinitions(db: Database): string[] {
  return db
    .prepare<[], string>(
      `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
        AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') ORDER BY rowid`,
    )
    .pluck()
    .all();
}

/**
 * Runs the pending migrations in a thread, so that the event loop isn't blocked.
 * @returns why a migration failed; undefined if none did
 */
export async function runMigrations(
  path: string,
  onStep: (step: MigrationStep) => void,
): Promise<MigrationFault | undefined> {
  const thread = new Worker(new URL("migration-thread.js", import.meta.url), { workerData: path });
  let fault: MigrationFault | undefined;
  thread.on("message", (message: MigrationStep | MigrationFault) => {
    if ("message" in message) fault = message;
    else onStep(message);
  });
  await once(thread, "exit");
  return fault;
}

/** Runs the pending migrations, each in one transaction. @throws StorageFault if one fails; then it is undone */
export function migrate(path: string, onStep: (step: MigrationStep) => void): void {
  const db = openDatabase(path, { schema: "older", exclusive: true, busyTimeout: BUSY_MS });
  try {
    // Statements that replace a table would delete the rows that refer to it.
    db.pragma("foreign_keys = OFF");
    for (const version of pendingVersions(db))
      db.transaction(() => runMigration(db, version, onStep)).immediate();
  } finally {
    db.close();
  }
}

function runMigration(db: Database, version: number, onStep: (step: MigrationStep) => void): void {
  const parts = migration(version);
  for (const [index, sql] of parts.entries()) {
    onStep({ version, statement: index + 1, of: parts.length });
    db.exec(sql);
  }
  if (version === SCHEMA_VERSION) requirePresent(db, db.name);
  noteVersion(db, version);
  const [broken] = db.pragma("foreign_key_check") as { table: string; parent: string }[];
  if (broken === undefined) return;
  throw new StorageFault(
    `The migration of the database ${db.name} to version ${version} was undone: a row of ${broken.table} refers to a ` +
      `missing row of ${broken.parent}. Install the previous release, and report this message to the developers.`,
  );
}
