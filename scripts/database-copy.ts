/** Copies a database by SQLite's online backup, and checks the copy's integrity. */
import { readSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { openDatabase, StorageFault, type Database } from "../storage/database.js";
import { makePrivate } from "../storage/private-file.js";
import type { AcceptedSchema } from "../storage/schema.js";
import { dataFailure, ExitCode, Failure } from "./failure.js";

/** How many pages one step copies. A small number avoids delays of the running component's writes. */
const BACKUP_PAGES = 200;
/** How long to wait for a lock of the running component, in milliseconds. It holds a lock for a few milliseconds. */
const BUSY_MS = 5_000;
const CHUNK_BYTES = 1024 * 1024;

/** Opens a database in a read transaction, so that all reads see the same state. */
export function openForCopy(path: string, schema: AcceptedSchema = "older"): Database {
  const db = openDatabase(path, { readonly: true, busyTimeout: BUSY_MS, schema });
  try {
    db.exec("BEGIN; SELECT count(*) FROM sqlite_schema");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Copies a database to a file.
 * @param onProgress called with the copied part after each step, from 0 to 1
 * @returns the number of copied pages
 * @throws Failure or StorageFault if the copy can't be written or is damaged
 */
export async function copyDatabase(
  path: string,
  file: string,
  onProgress: (part: number) => void = () => undefined,
): Promise<number> {
  requireFolder(file);
  const unfinished = `${file}.unfinished`;
  const db = openForCopy(path);
  try {
    rmSync(unfinished, { force: true });
    makePrivate(unfinished);
    const { totalPages } = await db.backup(unfinished, {
      progress: ({ totalPages: all, remainingPages: left }) => {
        onProgress(all === 0 ? 0 : 1 - left / all);
        return BACKUP_PAGES;
      },
    });
    finish(unfinished, "The copy");
    renameSync(unfinished, file);
    return totalPages;
  } catch (error) {
    rmSync(unfinished, { force: true });
    if (error instanceof Failure || error instanceof StorageFault) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Copying to ${file} failed (${reason}): check that this user may write there, and the free disk space.`;
    throw new Failure(message, ExitCode.ioErr, { cause: error });
  } finally {
    db.close();
  }
}

/** @throws Failure if a file's folder doesn't exist, or is closed to this user */
function requireFolder(file: string): void {
  const folder = dirname(file);
  let why = "doesn't exist: create it";
  try {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  } catch (error) {
    why = `is closed to this user (${(error as NodeJS.ErrnoException).code ?? "unknown reason"}): run the command as root`;
  }
  const message = `${file} can't be written: the folder ${folder} ${why}, or choose another.`;
  throw new Failure(message, ExitCode.cantCreate);
}

/**
 * Checks a copy, and writes its write-ahead log into its file.
 * @param what the copy's name in messages
 * @param work called with the open copy
 * @throws Failure or StorageFault if the copy is damaged
 */
export function finish(file: string, what: string, work: (copy: Database) => void = () => undefined): void {
  const db = openDatabase(file, { schema: "older" });
  try {
    const found = String(db.pragma("quick_check(1)", { simple: true }));
    if (found !== "ok")
      throw dataFailure(`${what} is damaged (${found.split("\n").at(-1) ?? found}): use an intact backup.`);
    work(db);
    db.pragma("journal_mode = DELETE");
  } finally {
    db.close();
  }
}

/** Copies a file's bytes, from the beginning to the beginning. @param from, to open files */
export function copyBytes(from: number, to: number): void {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let at = 0; ;) {
    const read = readSync(from, chunk, 0, CHUNK_BYTES, at);
    if (read === 0) return;
    for (let written = 0; written < read;)
      written += writeSync(to, chunk, written, read - written, at + written);
    at += read;
  }
}
