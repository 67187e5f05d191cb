import type { Logger } from "winston";
import { closeToOthers } from "../storage/private-file.js";
import type { Config } from "./config/sections.js";

/** The suffixes of a database's files: of the database itself, and of those that SQLite creates beside it. */
export const DATABASE_FILES = ["", "-wal", "-shm", "-journal"] as const;
const LOCK = ".lock";

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
