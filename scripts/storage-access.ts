/**
 * The database's folder, files, lock and errors. If the default folder is missing, it is created. Any other folder must
 * exist, because its name may be mistyped.
 */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as lapse } from "node:timers/promises";
import type { Logger } from "winston";
import { closeToOthers } from "../storage/private-file.js";
import { Sqlite } from "../storage/sqlite.js";
import { StorageFault } from "../storage/storage-fault.js";
import type { UnixUser } from "./unix-users.js";
import { sections, type Config } from "./config/sections.js";
import { ExitCode, Failure } from "./failure.js";
import { creation } from "./file-access.js";
import { whyUnusable, whyUnwritable } from "./places.js";

const PRIVATE = 0o700;
/** The default of storage.path. */
export const USUAL_PATH = sections.storage.parse({}).path;

/**
 * Checks the database's folder; the default folder is created if missing.
 * @param path the path of the database
 * @throws Failure if the folder of `path` doesn't exist, or if this user may not write to it
 */
export function provideFolder(path: string, usual = USUAL_PATH): void {
  const folder = dirname(path);
  if (path === usual && !existsSync(folder)) {
    try {
      mkdirSync(folder, { mode: PRIVATE });
    } catch {
      // The missing folder is reported by requireFolder().
    }
  }
  requireFolder(path);
}

/**
 * Like provideFolder(), but doesn't create the folder.
 * @param user the user that the component runs as, if root asks for it; absent: the user of this process
 * @throws Failure if the folder can't be used
 */
export function checkFolder(path: string, usual = USUAL_PATH, user?: UnixUser): void {
  const folder = dirname(path);
  if (path === usual && !existsSync(folder) && whyUnwritable(dirname(folder)) === undefined) return;
  requireFolder(path, user);
}

function requireFolder(path: string, user?: UnixUser): void {
  if (path === ":memory:") return;
  const folder = dirname(path);
  const another = "or choose another place with storage.path";
  if (isFolder(folder) === false) {
    const message = `The folder ${folder} of the database doesn't exist: ${creation(folder, user)}, ${another}.`;
    throw new Failure(message, ExitCode.cantCreate);
  }
  if (isFolder(path) === true) {
    const message = `${path} is a folder: name the database's file with storage.path, such as ${resolve(path, "qtalk.db")}.`;
    throw new Failure(message, ExitCode.cantCreate);
  }
  const fault = whyUnusable(
    folder,
    [...DATABASE_FILES, LOCK].map((suffix) => path + suffix),
    user,
  );
  if (fault !== undefined)
    throw new Failure(`The database ${path} ${fault}, ${another}.`, ExitCode.cantCreate);
}

/** Returns whether there is a folder at a path; undefined if this user can't find out. */
function isFolder(path: string): boolean | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return undefined;
  }
}

/** The suffixes of a database's files: of the database itself, and of those that SQLite creates beside it. */
export const DATABASE_FILES = ["", "-wal", "-shm", "-journal"] as const;
/** The suffix of the file by which the component locks its database (storage/instance-lock.ts). */
export const LOCK = ".lock";

/** Removes other users' permissions that a permissive umask granted, and logs each affected file. */
export function closeFiles({ storage, log: { file } }: Pick<Config, "storage" | "log">, log: Logger): void {
  const paths = [...DATABASE_FILES, LOCK].map((suffix) => `${storage.path}${suffix}`);
  for (const path of file === undefined ? paths : [...paths, file]) {
    const wasOpen = closeToOthers(path);
    if (wasOpen === true)
      log.warn(`${path} was readable by all users of this machine; its mode is now 0600.`);
    if (wasOpen === undefined)
      log.warn(
        `${path} is readable by all users of this machine, and its mode can't be changed: run chmod 600 on it as its owner.`,
      );
  }
}

/** Repeats work while another process holds the lock. @param wait how long at most, and between attempts, in milliseconds */
export async function whenFree<T>(
  wait: { readonly most: number; readonly each: number },
  work: () => T | Promise<T>,
): Promise<T> {
  const deadline = Date.now() + wait.most;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (exitCodeOf(error) !== ExitCode.tempFail || Date.now() > deadline) throw error;
    }
    await lapse(wait.each);
  }
}

/** Returns the exit code for an error: a failure's own, that of a database that can't be used, or that of an internal error. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Failure) return error.exitCode;
  if (!(error instanceof StorageFault)) return ExitCode.software;
  const { cause } = error;
  // Without a cause, the database has another version.
  if (cause === undefined) return ExitCode.dataErr;
  const code = cause instanceof Sqlite.SqliteError ? cause.code : "";
  if (/^SQLITE_(?:CANTOPEN|READONLY|PERM)/.test(code)) return ExitCode.cantCreate;
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) return ExitCode.tempFail;
  if (/^SQLITE_(?:CORRUPT|NOTADB)/.test(code)) return ExitCode.dataErr;
  return ExitCode.ioErr;
}
