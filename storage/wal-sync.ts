/**
 * Syncs to disk outside of the event loop. SQLite itself (synchronous = FULL) would block the event loop during the sync
 * of each transaction. Here it only writes (NORMAL), and sync() syncs the write-ahead log in a thread; one sync serves
 * all transactions before it. SQLite still syncs around checkpoints, so the database on the disk is consistent at any
 * time.
 */
import { close, fdatasync, openSync } from "node:fs";
import { promisify } from "node:util";
import { StorageFault, type Database } from "./database.js";

const sync = promisify(fdatasync);

export class WalSync {
  #file: number | undefined;

  /**
   * Makes the connection write without syncing, for this object to sync. Undefined for databases in memory, read-only
   * ones, and those without a write-ahead log, which are not changed.
   */
  static of(db: Database): WalSync | undefined {
    if (db.memory || db.readonly || db.pragma("journal_mode", { simple: true }) !== "wal") return undefined;
    db.pragma("synchronous = NORMAL");
    return new WalSync(`${db.name}-wal`);
  }

  private constructor(private readonly path: string) {}

  /**
   * Settles when everything committed before is on the disk.
   * @throws StorageFault if the sync fails: then it is unknown what is on the disk, until the next start reads it
   */
  async sync(): Promise<void> {
    try {
      // SQLite creates the file and keeps it while the database is open.
      this.#file ??= openSync(this.path, "r");
      await sync(this.#file);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const sentence = `Syncing ${this.path} to disk failed (${reason}): check the system's log, and replace the disk if it is faulty.`;
      throw new StorageFault(sentence, { cause: error });
    }
  }

  end(): void {
    if (this.#file !== undefined) close(this.#file, () => undefined);
    this.#file = undefined;
  }
}
