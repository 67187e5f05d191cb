/** What can be said of a database, and done to it, whichever release wrote it: only what never changes of its schema. */
import type { Database } from "./database.js";

export interface Snapshot {
  readonly schema: number;
  /** How many rows of the outbox wait in it. */
  readonly waiting: number;
}

/** Undefined where it is no database of this program. @throws SqliteError where it is damaged */
export function snapshotOf(db: Database): Snapshot | undefined {
  const schema = db.pragma("user_version", { simple: true }) as number;
  const outbox = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'outbox'").get();
  if (schema === 0 || outbox === undefined) return undefined;
  // Later schemas keep what was sent for a while, and tell how far that goes.
  const keeps = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'outbox_progress'").get() !== undefined;
  const which = keeps
    ? " WHERE quarantined = 1 OR seq >= coalesce((SELECT seq FROM outbox_progress), 0)"
    : "";
  const sql = `SELECT count(*) AS waiting FROM outbox${which}`;
  const counted = db.prepare<[], { waiting: number }>(sql).get();
  return { schema, waiting: counted?.waiting ?? 0 };
}

/** Forgets what waits to be sent. */
export function emptyOutbox(db: Database): void {
  db.exec("DELETE FROM outbox");
}
