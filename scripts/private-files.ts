/** Closes files that an earlier release, or a generous umask, left open to everybody on this machine. */
import type { Logger } from "winston";
import { closeToOthers } from "../storage/private-file.js";
import type { Config } from "./config/sections.js";

/** The ends of the names of a database's files: its own, and those that SQLite makes beside it. */
export const DATABASE_FILES = ["", "-wal", "-shm", "-journal"] as const;
const LOCK = ".lock";

/** Tells in the log which they were. */
export function closeFiles({ storage, log: { file } }: Pick<Config, "storage" | "log">, log: Logger): void {
  const paths = [...DATABASE_FILES, LOCK].map((suffix) => `${storage.path}${suffix}`);
  for (const path of file === undefined ? paths : [...paths, file]) {
    const wasOpen = closeToOthers(path);
    if (wasOpen === true) log.warn(`Everybody on this machine could read ${path}; now only its owner can.`);
    if (wasOpen === undefined) log.warn(`Everybody on this machine can read ${path}: run chmod 600 on it.`);
  }
}
