/** Files that hold what people wrote, or who they are: only their owner may read them. */
import { chmodSync, closeSync, openSync, statSync } from "node:fs";

/** For files, and what SQLite makes beside a database: it copies the database's own mode. */
export const PRIVATE = 0o600;
const EVERYBODY = 0o007;

/**
 * Makes an empty file where there is none; one that exists stays as it is. Where it can't be made, whoever
 * opens it next is told why.
 */
export function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, "ax", PRIVATE));
  } catch {
    // Told by SQLite in its own words.
  }
}

/**
 * Takes from everybody what only its owner should read. What only a group may read was given to it on purpose.
 * @returns whether it was open to everybody; undefined where it is, and this user can't change it
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
