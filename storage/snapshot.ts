/** What `restore` asks of a copy's outbox, and does to it. */
import type { Database } from "./database.js";

/** How many rows are to be sent. @throws SqliteError if it is damaged */
export function waitingRows(db: Database): number {
  const sql = `SELECT count(*) FROM outbox
    WHERE quarantined = 1 OR seq >= coalesce((SELECT seq FROM outbox_progress), 0)`;
  return db.prepare<[], number>(sql).pluck().get() ?? 0;
}

/** Deletes what is to be sent. */
export function emptyOutbox(db: Database): void {
  db.exec("DELETE FROM outbox");
}
