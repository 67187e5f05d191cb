/** For commands that work on the database, also while the component runs. */
import { existsSync } from "node:fs";
import { setTimeout as lapse } from "node:timers/promises";
import { DETECTION_MS } from "../../storage/external-changes.js";
import type { Database } from "../../storage/database.js";
import { ExitCode, Failure } from "../failure.js";
import { asFolderOwner } from "../folder-owner.js";
import { openStorage } from "../start-failures.js";
import { provideFolder } from "../storage-folder.js";

/** The running component commits often; its locks are short. Milliseconds. */
const BUSY_MS = 5_000;

/**
 * Opens the database where it exists, and closes it after the work.
 * @throws Failure where there is none: making one here could make it another user's than the component's
 */
export async function inStorage<T>(path: string, work: (db: Database) => T | Promise<T>): Promise<T> {
  if (!existsSync(path)) {
    throw new Failure(
      `There is no database ${path}: name the configuration that the component runs with (--config), or the file (--storage.path).`,
      ExitCode.noInput,
    );
  }
  return asFolderOwner(path, () => using(openStorage(path, { busyTimeout: BUSY_MS }), work));
}

/**
 * The same, but makes the database where there is none, for whoever owns its folder.
 * @param exclusive keeps the component out meanwhile
 * @throws Failure where it runs
 */
export function inNewStorage<T>(
  path: string,
  work: (db: Database) => T | Promise<T>,
  { exclusive = false } = {},
): Promise<T> {
  provideFolder(path);
  return asFolderOwner(path, () =>
    using(exclusive ? openAlone(path) : openStorage(path, { busyTimeout: BUSY_MS }), work),
  );
}

async function using<T>(db: Database, work: (db: Database) => T | Promise<T>): Promise<T> {
  try {
    return await work(db);
  } finally {
    await close(db);
  }
}

/** A component that runs has noticed what was changed when the command ends. */
async function close(db: Database): Promise<void> {
  const changes = db.prepare<[], number>("SELECT total_changes()").pluck().get() ?? 0;
  db.close();
  if (changes > 0) await lapse(DETECTION_MS);
}

function openAlone(path: string): Database {
  try {
    return openStorage(path, { exclusive: true });
  } catch (error) {
    if (!(error instanceof Failure) || error.exitCode !== ExitCode.tempFail) throw error;
    throw new Failure(
      `The database ${path} is in use: stop the component for the time of this command.`,
      ExitCode.tempFail,
      { cause: error },
    );
  }
}
