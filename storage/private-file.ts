/** Modes of files with private data: only their owner may read them. */
import { chmodSync, closeSync, openSync, statSync } from "node:fs";

/** The mode of such files; SQLite gives a database's mode to the files beside it. */
export const PRIVATE = 0o600;
const EVERYBODY = 0o007;

/**
 * Creates an empty private file, unless it exists. If that fails, opening the file will report
 * why.
 */
export function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, "ax", PRIVATE));
  } catch {
    // SQLite reports it.
  }
}

/**
 * Makes a file private if other users may access it. A file that only a group may access stays so.
 * @returns whether it was accessible to others; undefined if it is and this user can't change it
 */
export function closeToOthers(path: string): boolean | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile() || (stat.mode & EVERYBODY) === 0) return false;
  try {
    chmodSync(path, PRIVATE);
    return true;
  } catch {
    return undefined;
  }
}
