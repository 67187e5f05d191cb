/** Removes other users' permissions from the component's files, which a permissive umask may have left. */
import type { Logger } from "winston";
import { closeToOthers } from "../storage/private-file.js";
import type { Config } from "./config/sections.js";

/** Suffixes of a database's files: its own, and those that SQLite creates beside it. */
export const DATABASE_FILES = ["", "-wal", "-shm", "-journal"] as const;
const LOCK = ".lock";

/** Logs each file whose mode was, or should be, changed. */
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
