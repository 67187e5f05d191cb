/**
 * Waits for the disk beside the event loop. SQLite's own way (synchronous = FULL) stops everything for as long as the
 * disk takes, with every transaction. Here it only writes (NORMAL), and whoever needs to know that it is on the disk
 * syncs the write-ahead log in a thread; one sync serves all transactions before it. SQLite itself still syncs what
 * it must around checkpoints, so what is on the disk is whole at any instant.
 */
import { close, fdatasync, openSync } from "node:fs";
import { promisify } from "node:util";
import { StorageFault, type Database } from "./database.js";

const sync = promisify(fdatasync);

export class WalSync {
  #file: number | undefined;

  /**
   * From here on the connection writes without syncing, which is this object's to do. Undefined for a database in
   * memory, one that is only read, and one without a write-ahead log: these stay as they are.
   */
  static of(db: Database): WalSync | undefined {
    if (db.memory || db.readonly || db.pragma("journal_mode", { simple: true }) !== "wal") return undefined;
    db.pragma("synchronous = NORMAL");
    return new WalSync(`${db.name}-wal`);
  }

  private constructor(private readonly path: string) {}

  /**
   * Settles when all that was committed before is on the disk.
   * @throws StorageFault: then nobody knows what is, and asking again would not tell; only a new start can find out
   */
  async sync(): Promise<void> {
    try {
      // SQLite makes the file, and keeps it for as long as the database is open.
      this.#file ??= openSync(this.path, "r");
      await sync(this.#file);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const sentence = `The disk did not take what was written to ${this.path} (${reason}): look into the system's log, and replace the disk where it is at fault.`;
      throw new StorageFault(sentence, { cause: error });
    }
  }

  end(): void {
    if (this.#file !== undefined) close(this.#file, () => undefined);
    this.#file = undefined;
  }
}
