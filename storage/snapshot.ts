/** Counts and deletes the queued stanzas in a backup of the database, for the command `restore`. */
import type { Database } from "./database.js";

/**
 * Returns how many stanzas are queued in a backup, which may have an older schema.
 * @throws SqliteError if the backup is damaged
 */
export function waitingStanzas(db: Database): number {
  const count = `SELECT coalesce(sum(stanzas), 0) FROM outbox, outbox_progress
    WHERE iif(parked, acked_at IS NULL, row_id >= acked)`;
  return db.prepare<[], number>(count).pluck().get() ?? 0;
}

/** Deletes all queued stanzas in a backup. */
export function emptyOutbox(db: Database): void {
  db.exec("DELETE FROM outbox");
}
