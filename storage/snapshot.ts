/**
 * Counts and drops what waits to be sent in a backup of the database, for the command `restore`. spec/storage/roles.spec.ts
 * compares WAITING with the tables of accepted work.
 */
import type { Database } from "./database.js";

/** What waits to be sent in a table of accepted work. */
interface Waiting {
  readonly table: string;
  /** Since which version of the schema there is such work: backups may be older. */
  readonly since: number;
  /** What one of it is called. */
  readonly what: "stanza" | "post" | "event" | "message about an alert" | "alert with steps";
  /** A query that counts it. */
  readonly count: string;
  /** Statements with the parameter `now` that store what became of it, each since a version of the schema. */
  readonly told?: readonly (readonly [since: number, statement: string])[];
  /** A statement that ends it. */
  readonly end: string;
}

/** Stands for the number of a dead letter in the note of stanzas that were dropped here: no dead letter has it. */
export const NO_LETTER = 0;
/** Why what was dropped isn't sent. */
const REASON = "dropped when the database was restored (restore --drop-outbox)";
const QUEUED = "FROM outbox, outbox_progress WHERE iif(parked, outbox.acked_at IS NULL, row_id >= acked)";
const FIRED = "FROM alerts WHERE status ->> '$.run' IS NOT NULL AND state <> 'resolved'";

export const WAITING: readonly Waiting[] = [
  {
    table: "outbox",
    since: 1,
    what: "stanza",
    count: `SELECT coalesce(sum(stanzas), 0) ${QUEUED}`,
    told: [
      // `outbox trace` says it.
      [
        1,
        `INSERT INTO handled_letters (letter, row_id, died_at, reason, handled_at, how)
          SELECT ${NO_LETTER}, row_id, @now, '${REASON}', @now, 'dropped' ${QUEUED}
            AND EXISTS (SELECT 1 FROM calls WHERE row_id BETWEEN first AND last)`,
      ],
      [2, dropped(`call IN (SELECT coalesce(outbox.call, row_id) ${QUEUED})`)],
    ],
    end: "DELETE FROM outbox",
  },
  {
    table: "bot_posts",
    since: 1,
    what: "post",
    count: "SELECT count(*) FROM bot_posts",
    told: [[2, dropped("id IN (SELECT id FROM bot_posts)")]],
    end: "DELETE FROM bot_posts",
  },
  {
    table: "hook_posts",
    since: 6,
    what: "post",
    count: "SELECT count(*) FROM hook_posts",
    told: [[6, dropped("id IN (SELECT id FROM hook_posts)")]],
    // Its files go with it.
    end: "DELETE FROM hook_posts",
  },
  {
    table: "hook_events",
    since: 1,
    what: "event",
    count: "SELECT count(*) FROM hook_events WHERE died_at IS NULL",
    end: "DELETE FROM hook_events WHERE died_at IS NULL",
  },
  {
    table: "alert_tasks",
    since: 5,
    what: "message about an alert",
    count: "SELECT count(*) FROM alert_tasks",
    end: "DELETE FROM alert_tasks",
  },
  {
    table: "alerts",
    since: 5,
    what: "alert with steps",
    count: `SELECT count(*) ${FIRED}`,
    // The silence that a source is asked for is one of the tasks.
    end: "UPDATE alerts SET status = json_remove(status, '$.run', '$.asked')",
  },
];

/** A number of things that wait to be sent. */
export interface Count {
  readonly what: Waiting["what"];
  readonly count: number;
}

/**
 * Returns what waits to be sent in a backup, which may have an older schema.
 * @throws SqliteError if the backup is damaged
 */
export function waitingIn(db: Database): readonly Count[] {
  const counts = new Map<Waiting["what"], number>();
  for (const { what, count } of known(db)) {
    const found = db.prepare<[], number>(count).pluck().get() ?? 0;
    if (found > 0) counts.set(what, (counts.get(what) ?? 0) + found);
  }
  return [...counts].map(([what, count]) => ({ what, count }));
}

/** Drops all that waits to be sent in a backup, and stores that it was dropped. */
export function dropWaiting(db: Database): void {
  const [version, now] = [versionOf(db), Date.now()];
  db.transaction(() => {
    for (const { told = [], end } of known(db)) {
      for (const [since, statement] of told) if (since <= version) db.prepare(statement).run({ now });
      db.exec(end);
    }
  })();
}

function known(db: Database): readonly Waiting[] {
  const version = versionOf(db);
  return WAITING.filter(({ since }) => since <= version);
}

function versionOf(db: Database): number {
  return Number(db.pragma("user_version", { simple: true }));
}

/** Returns a statement that refuses messages of webhooks, so that programs may post them again. */
function dropped(where: string): string {
  return `UPDATE hook_messages SET outcome = 'refused', condition = 'recipient-unavailable', reason = '${REASON}',
    fingerprint = NULL, done_at = @now WHERE outcome IS NULL AND ${where}`;
}
