/**
 * Syncs SQLite's write-ahead log to disk in a thread. With `synchronous = FULL`, SQLite would block the event loop for
 * each transaction. With `NORMAL`, it only writes, and one sync() covers all earlier transactions. SQLite still syncs
 * around checkpoints, so the database on the disk is always consistent.
 */
import { close, fdatasync, openSync } from "node:fs";
import { promisify } from "node:util";
import { StorageFault, type Database } from "./database.js";

const sync = promisify(fdatasync);

export class WalSync {
  #file: number | undefined;

  /** Turns off SQLite's syncs for a connection. Returns an object that syncs; undefined without a write-ahead log. */
  static of(db: Database): WalSync | undefined {
    if (db.memory || db.readonly || db.pragma("journal_mode", { simple: true }) !== "wal") return undefined;
    db.pragma("synchronous = NORMAL");
    return new WalSync(`${db.name}-wal`);
  }

  private constructor(private readonly path: string) {}

  /**
   * Resolves when everything committed before this call is on the disk.
   * @throws StorageFault if the sync fails. Until the next start, the disk may then lack some of the transactions.
   */
  async sync(): Promise<void> {
    try {
      // SQLite creates the log file with the first transaction, and keeps the file while the database is open.
      this.#file ??= openSync(this.path, "r");
      await sync(this.#file);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const sentence = `Syncing ${this.path} to disk failed (${reason}): check the system's log, and replace the disk if it is faulty.`;
      throw new StorageFault(sentence, { cause: error });
    }
  }

  /** Closes the log file. */
  end(): void {
    if (this.#file !== undefined) close(this.#file, () => undefined);
    this.#file = undefined;
  }
}
