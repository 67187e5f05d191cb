/**
 * The schema of the database. `schema.sql` is the whole present schema. `migrations/2.sql`, `3.sql`, … bring an older
 * database to it; the highest number is the present version, which the header of the SQLite file stores (user_version).
 */
import { readdirSync, readFileSync } from "node:fs";
import { Sqlite, type Database } from "./sqlite.js";
import { StorageFault } from "./storage-fault.js";
import { version as program } from "./version.js";

/**
 * Which schemas a database may have: only the present one, which is created in an empty database; older ones too; or
 * any, even no tables at all. What isn't the present one stays as it is.
 */
export type AcceptedSchema = "present" | "older" | "any";

/** The folder of the SQL files, relative to dist/storage, where the compiled form of this file is. */
const FOLDER = new URL("../../storage/", import.meta.url);
const MIGRATIONS = new URL("migrations/", FOLDER);
/** The application id in the SQLite file's header: "qtlk" in ASCII. It identifies the file as this program's. */
const APPLICATION_ID = 0x71746c6b;
/** The version before all migrations. */
const FIRST_VERSION = 1;
/** How many differences a message names. */
const NAMED = 5;

/** The version of the present schema. */
export const SCHEMA_VERSION = FIRST_VERSION + readdirSync(MIGRATIONS).length;

/** Returns the statements of the migration to a version. */
export function migration(version: number): string[] {
  return statements(readFileSync(new URL(`${version}.sql`, MIGRATIONS), "utf8"));
}

/** Splits a script into statements, which end with a line. The lines in a statement are indented, except a last END. */
export function statements(script: string): string[] {
  return script.trim().split(/(?<=;)\n(?![ \t]|END;)/);
}

/** Creates the tables in an empty database (see AcceptedSchema), and checks those of any other. @throws StorageFault if they can't be used */
export function provideSchema(db: Database, accepted: AcceptedSchema = "present"): void {
  if (isEmpty(db)) {
    if (accepted === "older")
      throw new StorageFault(
        `The database ${db.name} is empty, without tables: start the component, which makes them.`,
      );
    if (accepted === "present" && !db.readonly) createSchema(db);
    return;
  }
  const version = schemaVersion(db);
  if (version === SCHEMA_VERSION) requirePresent(db, db.name);
  else if (accepted === "present")
    throw new StorageFault(
      `The database ${db.name} has version ${version} of the schema, and this program needs version ${SCHEMA_VERSION}: ` +
        "start the component, which migrates the database.",
    );
}

function createSchema(db: Database): void {
  db.transaction(() => {
    // Another process may have created the tables meanwhile.
    if (!isEmpty(db)) return;
    db.exec(readFileSync(new URL("schema.sql", FOLDER), "utf8"));
    db.pragma(`application_id = ${APPLICATION_ID}`);
    noteVersion(db, SCHEMA_VERSION);
  }).immediate();
}

/** Stores which version the schema has now, in the transaction that made it. */
export function noteVersion(db: Database, version: number): void {
  db.pragma(`user_version = ${version}`);
  db.prepare("INSERT INTO migrations (version, program, at) VALUES (?, ?, ?)").run(
    version,
    program(),
    Date.now(),
  );
}

/** Whether a database has no tables. Litestream's tables don't count: they may exist before the component starts. */
export function isEmpty(db: Database): boolean {
  const others = "SELECT 1 FROM sqlite_schema WHERE name NOT LIKE '!_litestream!_%' ESCAPE '!' LIMIT 1";
  return db.prepare(others).get() === undefined;
}

/** Returns the version of a database's schema. @throws StorageFault if another program, or a newer one, made it */
export function schemaVersion(db: Database): number {
  const version = Number(db.pragma("user_version", { simple: true }));
  if (db.pragma("application_id", { simple: true }) !== APPLICATION_ID || version < FIRST_VERSION) {
    throw new StorageFault(`The database ${db.name} was made by another program: set another storage.path.`);
  }
  if (version > SCHEMA_VERSION) {
    throw new StorageFault(
      `The database ${db.name} has version ${version} of the schema, and this program (${program()}) knows versions up ` +
        `to ${SCHEMA_VERSION}: install qtalk-component ${makerOf(db)} or later, or restore the copy that was made before ` +
        `the update (${db.name}.before-…).`,
    );
  }
  return version;
}

/**
 * Compares a database's schema with the present one.
 * @param name the database's name in the message
 * @throws StorageFault if they differ
 */
export function requirePresent(db: Database, name: string): void {
  const found = schemaOf(db);
  const wanted = presentSchema();
  const different = [...new Set([...wanted.keys(), ...found.keys()])].filter(
    (key) => found.get(key) !== wanted.get(key),
  );
  if (different.length === 0) return;
  const more = different.length > NAMED ? ` and ${different.length - NAMED} more` : "";
  throw new StorageFault(
    `The tables of the database ${name} aren't those of qtalk-component ${program()} (different: ` +
      `${different.slice(0, NAMED).join(", ")}${more}), because a build between two releases made them (${makerOf(db)}): ` +
      `run the build that made them, or restore the copy that was made before its update (${name}.before-…), or a backup.`,
  );
}

/**
 * Returns the definitions of a database's tables, indexes and triggers in a comparable form, by their kind and name.
 * Tables of SQLite and Litestream don't count.
 */
export function schemaOf(db: Database): Map<string, string> {
  const rows = db
    .prepare<[], { key: string; sql: string }>(
      `SELECT type || ' ' || name AS key, sql FROM sqlite_schema WHERE sql IS NOT NULL
        AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND tbl_name NOT LIKE '!_litestream!_%' ESCAPE '!'`,
    )
    .all();
  return new Map(rows.map(({ key, sql }) => [key, normalised(sql)]));
}

/** Comments and white space; string literals and quoted names; words and numbers; any other character. */
const TOKEN = /--[^\n]*|\/\*[^]*?\*\/|\s+|'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|[^]/g;
const BLANK = /^(?:--|\/\*|\s)/;
const QUOTED_NAME = /^"(\w+)"$/;

/** Returns SQL text without comments, and with one form of white space and of quoted names. */
export function normalised(sql: string): string {
  const tokens = (sql.match(TOKEN) ?? []).filter((token) => !BLANK.test(token));
  return tokens.map((token) => token.replace(QUOTED_NAME, "$1")).join(" ");
}

let present: Map<string, string> | undefined;

/** Returns the definitions of schema.sql, in the form of schemaOf(). */
function presentSchema(): Map<string, string> {
  if (present !== undefined) return present;
  const db = new Sqlite(":memory:");
  db.exec(readFileSync(new URL("schema.sql", FOLDER), "utf8"));
  present = schemaOf(db);
  db.close();
  return present;
}

/** Returns the release that made the newest version of a database's schema. */
function makerOf(db: Database): string {
  try {
    const newest = "SELECT program FROM migrations ORDER BY version DESC LIMIT 1";
    return db.prepare<[], string>(newest).pluck().get() ?? "of unknown version";
  } catch {
    return "of unknown version";
  }
}
