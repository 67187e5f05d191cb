/** Sets the access permissions of files with private data, so that only the file's owner may read them. */
import { chmodSync, closeSync, openSync, statSync } from "node:fs";

/** The mode of private files. SQLite gives the mode of a database file also to the log files beside it. */
export const PRIVATE = 0o600;
/** The mode bits of users who are neither the owner nor in the file's group. */
const EVERYBODY = 0o007;

/** Creates an empty private file, unless the file exists. */
export function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, "ax", PRIVATE));
  } catch {
    // SQLite reports the error when it opens the file.
  }
}

/** Makes a file private if users outside its group may access it. Returns whether it did; undefined if forbidden. */
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
