/** The error of a database that can't be used. */
import { Sqlite } from "./sqlite.js";

/** Thrown if the database can't be used; `message` says why, and what the operator can do. */
export class StorageFault extends Error {
  override name = "StorageFault";
}

/**
 * Returns whether an error says that nothing can be written now, for a reason that doesn't pass by itself. A lock of
 * another process passes; a violated constraint is an error of the program.
 */
export function isDiskFault(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && !/^SQLITE_(?:BUSY|LOCKED|CONSTRAINT|ERROR)/.test(error.code);
}

/** Returns whether SQLite caused an error, or the database couldn't be used. */
export function isStorageError(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError || error instanceof StorageFault;
}

export function isDiskFull(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && error.code.startsWith("SQLITE_FULL");
}

/** Returns in a few words, without a path, why an error of SQLite kept something from being stored. */
export function causeOf(error: unknown): string {
  if (isDiskFull(error)) return "the disk is full";
  const code = error instanceof Sqlite.SqliteError ? error.code : "";
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) return "the database is locked by another process";
  if (/^SQLITE_(?:READONLY|CANTOPEN|PERM)/.test(code)) return "the database can't be written";
  if (/^SQLITE_(?:CORRUPT|NOTADB)/.test(code)) return "the database is damaged";
  return code.startsWith("SQLITE_IOERR") ? "writing to the disk fails" : "storage failed";
}

/** Returns a message for operators about an error of SQLite: what is wrong, and what to do. */
export function sqliteFaultText(error: unknown, path: string): string {
  const code = error instanceof Sqlite.SqliteError ? error.code : "";
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return `The database ${path} is locked by another process: stop that process, or retry when it has finished.`;
  }
  if (code.startsWith("SQLITE_FULL")) return `The disk of the database ${path} is full: free some space.`;
  if (
    code.startsWith("SQLITE_READONLY") ||
    code.startsWith("SQLITE_CANTOPEN") ||
    code.startsWith("SQLITE_PERM")
  ) {
    return `The database ${path} can't be opened for writing: check that its folder exists and that this user may write to the folder and the file.`;
  }
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB")) {
    return `The database ${path} is damaged or not a SQLite file: restore it from a backup, or move it away to start with an empty one.`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  if (code.startsWith("SQLITE_IOERR")) {
    return `The database ${path} can't be read or written (${reason}): check that its disk isn't full (df), and what the kernel says of it (dmesg).`;
  }
  return `The database ${path} can't be used (${reason}): check storage.path in the configuration.`;
}
