/** What `restore` asks of a copy's outbox, and does to it. */
import type { Database } from "./database.js";
import { OutboxStore } from "./outbox-store.js";

/** How many stanzas are to be sent. @throws SqliteError if it is damaged */
export function waitingStanzas(db: Database): number {
  const { waiting, parked } = new OutboxStore(db).states();
  return waiting.stanzas + parked.stanzas;
}

/** Deletes what is to be sent. */
export function emptyOutbox(db: Database): void {
  db.exec(`DELETE FROM outbox;
    UPDATE outbox_progress SET waiting_stanzas = 0, waiting_bytes = 0, parked_stanzas = 0, parked_bytes = 0`);
}
