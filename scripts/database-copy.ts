/** Copies a database whole, by SQLite's online backup, and looks whether the copy is sound. */
import { renameSync, rmSync } from "node:fs";
import type { Database } from "../storage/database.js";
import { makePrivate } from "../storage/private-file.js";
import { ExitCode, Failure } from "./failure.js";
import { openStorage } from "./start-failures.js";

/** Pages a slice: short enough that nobody who writes has to wait. */
const SLICE = 200;
/** The running component commits often; its locks are short. Milliseconds. */
const BUSY_MS = 5_000;

/** Opens a database for copying: every file that it consists of is open from then on, in the state of one moment. */
export function openForCopy(path: string): Database {
  const db = openStorage(path, { readonly: true, busyTimeout: BUSY_MS });
  try {
    db.exec("BEGIN; SELECT count(*) FROM sqlite_schema");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * The copy has one moment's state, whatever others write meanwhile.
 * @param db from openForCopy
 * @param change what is done to the copy before it is there
 * @returns how many pages
 * @throws Failure
 */
export async function copyDatabase(
  db: Database,
  file: string,
  change: (copy: Database) => void = () => undefined,
): Promise<number> {
  const unfinished = `${file}.unfinished`;
  try {
    rmSync(unfinished, { force: true });
    makePrivate(unfinished);
    const { totalPages } = await db.backup(unfinished, { progress: () => SLICE });
    finish(unfinished, change);
    renameSync(unfinished, file);
    return totalPages;
  } catch (error) {
    rmSync(unfinished, { force: true });
    if (error instanceof Failure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The copy could not be made (${reason}): check that ${file} can be written.`;
    throw new Failure(message, ExitCode.ioErr, { cause: error });
  }
}

function finish(file: string, change: (copy: Database) => void): void {
  const db = openStorage(file);
  try {
    requireSound(db, "The copy");
    change(db);
    db.pragma("journal_mode = DELETE");
  } finally {
    db.close();
  }
}

/** @throws Failure where it is damaged */
export function requireSound(db: Database, what: string): void {
  const said = db.pragma("quick_check", { simple: true });
  if (said !== "ok")
    throw new Failure(`${what} is damaged (${String(said)}): try another.`, ExitCode.dataErr);
}
