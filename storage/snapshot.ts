/** Counts and deletes the queued stanzas in a backup of the database, for the command `restore`. */
import type { Database } from "./database.js";
import { OutboxStore } from "./outbox-store.js";

/** Returns how many stanzas are queued in a backup. @throws SqliteError if the backup is damaged */
export function waitingStanzas(db: Database): number {
  const { waiting, parked } = new OutboxStore(db).states();
  return waiting.stanzas + parked.stanzas;
}

/** Deletes all queued stanzas in a backup. */
export function emptyOutbox(db: Database): void {
  db.exec(`DELETE FROM outbox;
    UPDATE outbox_progress SET waiting_stanzas = 0, waiting_bytes = 0, parked_stanzas = 0, parked_bytes = 0`);
}
