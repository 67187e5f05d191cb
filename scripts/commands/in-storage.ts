/** Opens the database for a command, even while the component is running. */
import { existsSync } from "node:fs";
import { setTimeout as lapse } from "node:timers/promises";
import { DETECTION_MS } from "../../storage/external-changes.js";
import type { Database } from "../../storage/database.js";
import { ExitCode, Failure } from "../failure.js";
import { openStorage } from "../start-failures.js";
import { provideFolder } from "../storage-folder.js";

/** How long to wait for a lock of the running component, in milliseconds. It holds a lock for a few milliseconds. */
const BUSY_MS = 5_000;

/** @throws Failure if there is no database */
export function requireStorage(path: string): void {
  if (existsSync(path)) return;
  throw new Failure(
    `There is no database ${path}: pass the component's configuration with --config, or the file with --storage.path.`,
    ExitCode.noInput,
  );
}

/**
 * Runs `work` on an existing database. A missing database isn't created, because the new file might belong to a user
 * other than the component's.
 * @throws Failure if there is no database
 */
export async function inStorage<T>(path: string, work: (db: Database) => T | Promise<T>): Promise<T> {
  requireStorage(path);
  return await using(openStorage(path, { busyTimeout: BUSY_MS }), work);
}

/**
 * Runs `work` on the database. A missing database is created, owned by the folder's owner.
 * @param exclusive whether to keep the component from opening the database until the work is done
 * @throws Failure if `exclusive` is set and the component is running
 */
export async function inNewStorage<T>(
  path: string,
  work: (db: Database) => T | Promise<T>,
  { exclusive = false } = {},
): Promise<T> {
  provideFolder(path);
  return await using(exclusive ? openAlone(path) : openStorage(path, { busyTimeout: BUSY_MS }), work);
}

async function using<T>(db: Database, work: (db: Database) => T | Promise<T>): Promise<T> {
  try {
    return await work(db);
  } finally {
    await close(db);
  }
}

/** Closes the database. If it was changed, waits until a running component has noticed the changes. */
async function close(db: Database): Promise<void> {
  const changes = db.prepare<[], number>("SELECT total_changes()").pluck().get() ?? 0;
  db.close();
  if (changes > 0) await lapse(DETECTION_MS);
}

function openAlone(path: string): Database {
  const advice = "stop the component while this command runs";
  return orInUse(path, advice, () => openStorage(path, { exclusive: true }));
}

/** @param advice what to do if the database is in use @throws Failure with this advice */
export function orInUse<T>(path: string, advice: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Failure) || error.exitCode !== ExitCode.tempFail) throw error;
    const message = `The database ${path} is in use: ${advice}.`;
    throw new Failure(message, ExitCode.tempFail, { cause: error });
  }
}
