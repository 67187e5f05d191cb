/** The outbox's rows: what was accepted, in the order in which it goes out. */
import type { Database } from "./database.js";

export interface NewRow {
  /** Complete, or without `to` where there are recipients. */
  readonly stanza: string;
  /** Addresses; absent where the stanza has its own `to`. */
  readonly recipients?: readonly string[];
  /** Milliseconds since 1970. */
  readonly acceptedAt: number;
  /** Milliseconds since 1970; absent: never. */
  readonly expiresAt?: number;
  /** Identifies a caller's retry; absent: never taken for one. */
  readonly fingerprint?: Buffer;
  /** Belongs to the row before it: where that is a retry, this one isn't stored either. */
  readonly follows?: boolean;
}

export interface Row {
  readonly seq: number;
  readonly acceptedAt: number;
  readonly expiresAt: number | undefined;
  readonly stanza: string;
  readonly recipients: readonly string[] | undefined;
  /** How many recipients are known to be routed. */
  readonly done: number;
}

/** Where the confirmed part of the outbox ends: all rows below `seq`, and `done` recipients of row `seq`. */
export interface Position {
  readonly seq: number;
  readonly done: number;
}

export interface DeadLetter {
  readonly id: number;
  readonly acceptedAt: number;
  readonly diedAt: number;
  readonly stanza: string;
  readonly reason: string;
}

export interface Load {
  /** Stanzas still to be routed; a row for many recipients counts as many. */
  readonly stanzas: number;
  readonly bytes: number;
  readonly oldest: number | undefined;
}

interface RawRow {
  seq: number;
  accepted_at: number;
  expires_at: number | null;
  stanza: string;
  recipients: string | null;
  done: number;
}

interface RawLetter {
  id: number;
  accepted_at: number;
  died_at: number;
  stanza: string;
  reason: string;
}

const PRUNE_SLICE = 2000;

export class OutboxStore {
  readonly #db: Database;
  readonly #insert;
  readonly #remember;
  readonly #confirmRows;
  readonly #confirmRecipients;
  readonly #after;
  readonly #bury;
  readonly #prune;

  constructor(db: Database) {
    this.#db = db;
    this.#insert = db.prepare<[number, number | null, string, string | null]>(
      "INSERT INTO outbox (accepted_at, expires_at, stanza, recipients) VALUES (?, ?, ?, ?)",
    );
    this.#remember = db.prepare<[Buffer, number]>(
      "INSERT OR IGNORE INTO accepted (fingerprint, accepted_at) VALUES (?, ?)",
    );
    this.#confirmRows = db.prepare<[number]>("DELETE FROM outbox WHERE seq < ?");
    this.#confirmRecipients = db.prepare<[number, number]>("UPDATE outbox SET done = ? WHERE seq = ?");
    this.#after = db.prepare<[number, number], RawRow>(
      "SELECT * FROM outbox WHERE seq >= ? ORDER BY seq LIMIT ?",
    );
    this.#bury = db.prepare<[number, number, string, string]>(
      "INSERT INTO dead_letters (accepted_at, died_at, stanza, reason) VALUES (?, ?, ?, ?)",
    );
    this.#prune = db.prepare<[number, number]>(
      "DELETE FROM accepted WHERE id IN (SELECT id FROM accepted ORDER BY id LIMIT ?) AND accepted_at < ?",
    );
  }

  /**
   * Adds a row at the end; to be called inside a transaction.
   * @returns its seq, or undefined where its fingerprint was known already
   */
  add(row: NewRow): number | undefined {
    if (row.fingerprint !== undefined && this.#remember.run(row.fingerprint, row.acceptedAt).changes === 0) {
      return undefined;
    }
    const recipients = row.recipients?.join("\n") ?? null;
    const result = this.#insert.run(row.acceptedAt, row.expiresAt ?? null, row.stanza, recipients);
    return Number(result.lastInsertRowid);
  }

  /** Takes away what is known to be routed; to be called inside a transaction. */
  confirm(position: Position): void {
    this.#confirmRows.run(position.seq);
    if (position.done > 0) this.#confirmRecipients.run(position.done, position.seq);
  }

  /** The seq after the newest row there ever was. */
  next(): number {
    const sql = "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'";
    return (this.#db.prepare<[], { seq: number }>(sql).get()?.seq ?? 0) + 1;
  }

  /** Rows from this position on, oldest first. */
  from(seq: number, limit: number): Row[] {
    return this.#after.all(seq, limit).map((raw) => ({
      seq: raw.seq,
      acceptedAt: raw.accepted_at,
      expiresAt: raw.expires_at ?? undefined,
      stanza: raw.stanza,
      recipients: raw.recipients?.split("\n"),
      done: raw.done,
    }));
  }

  /** How much waits, counted from the rows. */
  load(): Load {
    const sql = `SELECT count(*) AS rows, coalesce(sum(length(stanza) + coalesce(length(recipients), 0)), 0) AS bytes,
      coalesce(sum(CASE WHEN recipients IS NULL THEN 0
        ELSE length(recipients) - length(replace(recipients, char(10), '')) END), 0) AS more, min(accepted_at) AS oldest
      FROM outbox`;
    const row = this.#db
      .prepare<[], { rows: number; bytes: number; more: number; oldest: number | null }>(sql)
      .get();
    if (row === undefined) return { stanzas: 0, bytes: 0, oldest: undefined };
    return { stanzas: row.rows + row.more, bytes: row.bytes, oldest: row.oldest ?? undefined };
  }

  /** Sets one stanza aside and moves on past it, in one transaction. */
  bury(letter: Omit<DeadLetter, "id">, next: Position): void {
    this.#db.transaction(() => {
      this.#bury.run(letter.acceptedAt, letter.diedAt, letter.stanza, letter.reason);
      this.confirm(next);
    })();
  }

  deadLetters(): DeadLetter[] {
    return this.#db
      .prepare<[], RawLetter>("SELECT * FROM dead_letters ORDER BY id")
      .all()
      .map((raw) => ({
        id: raw.id,
        acceptedAt: raw.accepted_at,
        diedAt: raw.died_at,
        stanza: raw.stanza,
        reason: raw.reason,
      }));
  }

  /** Puts a dead letter back at the outbox's end; false where there is no such letter. */
  revive(id: number): boolean {
    return this.#db.transaction(() => {
      const sql =
        "INSERT INTO outbox (accepted_at, stanza) SELECT accepted_at, stanza FROM dead_letters WHERE id = ?";
      return this.#db.prepare(sql).run(id).changes > 0 && this.dropLetter(id);
    })();
  }

  /** Deletes a dead letter for good; false where there is no such letter. */
  dropLetter(id: number): boolean {
    return this.#db.prepare("DELETE FROM dead_letters WHERE id = ?").run(id).changes > 0;
  }

  /** Forgets some of the fingerprints older than this; true where there may be more. */
  forget(before: number): boolean {
    return this.#prune.run(PRUNE_SLICE, before).changes === PRUNE_SLICE;
  }
}
