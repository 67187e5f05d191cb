/** Migrates the database of an older release when the component starts, after copying it. */
import { statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Logger } from "winston";
import { pendingVersions, runMigrations, tryMigrations } from "../storage/schema-migrations.js";
import { copyDatabase, openForCopy } from "./database-copy.js";
import { ExitCode, Failure } from "./failure.js";
import { DATABASE_FILES } from "./storage-access.js";
import type { Supervisor } from "./supervisor.js";

const PROGRESS_MS = 5_000;
/** How long systemd is asked to wait for the next progress, in milliseconds. Checking a large copy takes minutes. */
const PATIENCE_MS = 600_000;

/**
 * Returns the migration that the next start makes: the versions of the schema, the path of the copy that is made before,
 * and its size; undefined if the database has the present schema, or is empty.
 * @throws StorageFault if the database can't be used, or can't be migrated
 */
export function plannedMigration(path: string) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() !== true || stat.size === 0) return undefined;
  const db = openForCopy(path, "any");
  try {
    const [first, ...more] = pendingVersions(db);
    if (first === undefined) return undefined;
    tryMigrations(db);
    const files = DATABASE_FILES.map(
      (suffix) => statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0,
    );
    const bytes = files.reduce((sum, size) => sum + size, 0);
    return { from: first - 1, to: more.at(-1) ?? first, copy: `${path}.before-${first}`, bytes };
  } finally {
    db.close();
  }
}

/**
 * Migrates the database if an older release made it; logs what it does, and asks systemd to wait for it.
 * @param freeBytes returns the free space of a folder's file system
 * @throws StorageFault or Failure if it can't be used or migrated, or if the disk has no space for the copy
 */
export async function migrateStorage(
  path: string,
  log: Logger,
  supervisor?: Supervisor,
  freeBytes = freeBytesOf,
): Promise<void> {
  const plan = plannedMigration(path);
  if (plan === undefined) return;
  const { from, to, copy, bytes } = plan;
  const free = freeBytes(dirname(path));
  if (free < bytes) {
    throw new Failure(
      `The database ${path} has to be copied before it is migrated to version ${to} of the schema. The copy needs ` +
        `${bytes} bytes in ${dirname(path)}, and ${free} are free: free some space.`,
      ExitCode.cantCreate,
    );
  }
  const startedAt = performance.now();
  const seconds = (): number => Math.round((performance.now() - startedAt) / 1000);
  const copying = `Copying the database to ${copy}`;
  let now = copying;
  supervisor?.starting("Migrating the database", PATIENCE_MS);
  const timer = setInterval(() => {
    log.info(`${now} (${seconds()} s so far).`);
    supervisor?.starting(now, PATIENCE_MS);
  }, PROGRESS_MS);
  try {
    log.info(`Migrating the database from version ${from} of the schema to version ${to}. ${copying}.`);
    await copyDatabase(path, copy, (part) => (now = `${copying}: ${Math.floor(part * 100)} %`));
    log.info(`Copied the database to ${copy}. To go back to the previous release, restore this copy.`);
    const fault = await runMigrations(path, ({ version, statement, of }) => {
      now = `Migrating the database to version ${version}: statement ${statement} of ${of}`;
    });
    if (fault !== undefined)
      throw new Failure(fault.message, fault.isLocked ? ExitCode.tempFail : ExitCode.dataErr);
    log.info(`Migrated the database to version ${to} of the schema in ${seconds()} s.`);
  } finally {
    clearInterval(timer);
  }
}

function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
