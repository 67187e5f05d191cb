/** Work that nobody awaits. */
import type { Logger } from "winston";
import { StorageFault } from "../storage/database.js";

/**
 * Logs the failure of work that nobody awaits, and goes on: foreign input may have caused it. A StorageFault still ends
 * the process, because the disk may lack committed work. @param what what failed, for the log
 */
export function inBackground(work: Promise<unknown>, what: string, log: Pick<Logger, "error">): void {
  work.catch((error: unknown) => {
    if (error instanceof StorageFault) throw error;
    log.error(`Internal error: ${what} failed`, { error });
  });
}
