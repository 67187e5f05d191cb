/** The outbox's rows: what was accepted, in the order in which it goes out. */
import { explain, StorageFault, type Database } from "./database.js";
import { Fingerprints } from "./fingerprints.js";

/** @typeParam T what the stanzas' text is to those who make rows: they get back what they gave */
export interface NewRow<T extends string = string> {
  /** Complete, or without `to` where there are recipients. */
  readonly stanza: T;
  /** Addresses; absent where the stanza has its own `to`. */
  readonly recipients?: readonly string[];
  /** Milliseconds since 1970. */
  readonly acceptedAt: number;
  /** Milliseconds since 1970; absent: never. */
  readonly expiresAt?: number;
  /** Identifies a caller's retry; absent, as it is for what expires: never taken for one. */
  readonly fingerprint?: Buffer;
  /** Belongs to the row before it: where that is a retry, this one isn't stored either. */
  readonly follows?: boolean;
}

export interface Row<T extends string = string> {
  readonly seq: number;
  readonly acceptedAt: number;
  readonly expiresAt: number | undefined;
  readonly stanza: T;
  /** One address a line. */
  readonly recipients: string | undefined;
  /** How many recipients are known to be routed. */
  readonly done: number;
}

/** Where the confirmed part of the outbox ends: all rows below `seq`, and `done` recipients of row `seq`. */
export interface Position {
  readonly seq: number;
  readonly done: number;
}

/** How much something adds to the outbox: stanzas on the stream, bytes on the disk. */
export interface Weight {
  readonly stanzas: number;
  readonly bytes: number;
}

interface RawRow {
  seq: number;
  accepted_at: number;
  expires_at: number | null;
  stanza: string;
  recipients: string | null;
  done: number;
}

/** A row names at most so many recipients: progress within a row is cheap to note, and memory stays bounded. */
const ROW_RECIPIENTS = 500;

export class OutboxStore {
  readonly #db: Database;
  readonly #insert;
  readonly fingerprints: Fingerprints;
  readonly #confirmRows;
  readonly #confirmRecipients;
  readonly #from;
  readonly #oldest;

  constructor(db: Database, fingerprints = new Fingerprints(db)) {
    this.#db = db;
    this.fingerprints = fingerprints;
    this.#insert = db.prepare<[number, number | null, string, string | null]>(
      "INSERT INTO outbox (accepted_at, expires_at, stanza, recipients) VALUES (?, ?, ?, ?)",
    );
    this.#confirmRows = db.prepare<[number]>("DELETE FROM outbox WHERE seq < ?");
    this.#confirmRecipients = db.prepare<[number, number]>("UPDATE outbox SET done = ? WHERE seq = ?");
    this.#from = db.prepare<[number, number, number], RawRow>(
      "SELECT * FROM outbox WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT ?",
    );
    this.#oldest = db.prepare<[number], { accepted_at: number }>(
      "SELECT accepted_at FROM outbox WHERE seq >= ? ORDER BY seq LIMIT 1",
    );
  }

  /**
   * Adds a call's rows at the end, leaving out the repeats; to be called inside a transaction.
   * @returns the rows as stored, in order
   */
  add<T extends string>(rows: readonly NewRow<T>[]): Row<T>[] {
    const stored: Row<T>[] = [];
    let isRepeat = false;
    for (const row of rows) {
      if (row.follows !== true) isRepeat = this.#isKnown(row);
      if (!isRepeat) this.#store(row, stored);
    }
    return stored;
  }

  /** Whether nothing of this call would be stored: all of it was accepted before. */
  knows(rows: readonly NewRow[]): boolean {
    return rows.every((row, index) => (row.follows === true && index > 0) || this.#isKnown(row));
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

  /** Rows from this position on, oldest first: at least one where there is one, at most so many rows and bytes. */
  from(seq: number, mostRows: number, mostBytes: number, end = Number.MAX_SAFE_INTEGER): Row[] {
    const rows: Row[] = [];
    let bytes = 0;
    for (const raw of this.#from.iterate(seq, end, mostRows)) {
      const row = {
        seq: raw.seq,
        acceptedAt: raw.accepted_at,
        expiresAt: raw.expires_at ?? undefined,
        stanza: raw.stanza,
        recipients: raw.recipients ?? undefined,
        done: raw.done,
      };
      rows.push(row);
      bytes += bytesOf(row);
      if (bytes >= mostBytes) break;
    }
    return rows;
  }

  /** When the first row from this position on was accepted, in milliseconds since 1970. */
  oldest(seq: number): number | undefined {
    return this.#oldest.get(seq)?.accepted_at;
  }

  /**
   * How much waits, counted from the rows; reads all of them.
   * @throws StorageFault where they can't be read
   */
  load(): Weight {
    const sql = `SELECT
        coalesce(sum(octet_length(stanza) + coalesce(octet_length(recipients), 0)), 0) AS bytes,
        coalesce(sum(CASE WHEN recipients IS NULL THEN 1
          ELSE 1 + length(recipients) - length(replace(recipients, char(10), '')) - done END), 0) AS stanzas
      FROM outbox`;
    try {
      return this.#db.prepare<[], Weight>(sql).get() ?? { stanzas: 0, bytes: 0 };
    } catch (error) {
      throw new StorageFault(this.explain(error), { cause: error });
    }
  }

  /** One sentence on a failure of the database: what is wrong, and what to do. */
  explain(error: unknown): string {
    return explain(error, this.#db.name);
  }

  #isKnown({ fingerprint, acceptedAt }: NewRow): boolean {
    return fingerprint !== undefined && this.fingerprints.isKnown(fingerprint, acceptedAt);
  }

  #store<T extends string>(row: NewRow<T>, stored: Row<T>[]): void {
    const { stanza, acceptedAt, expiresAt, fingerprint } = row;
    if (fingerprint !== undefined) this.fingerprints.remember(fingerprint, acceptedAt);
    for (const recipients of sliced(row.recipients)) {
      const result = this.#insert.run(acceptedAt, expiresAt ?? null, stanza, recipients ?? null);
      stored.push({
        seq: Number(result.lastInsertRowid),
        stanza,
        recipients,
        acceptedAt,
        expiresAt,
        done: 0,
      });
    }
  }
}

/** The bytes that a row holds on the disk. */
export function bytesOf(row: { readonly stanza: string; readonly recipients: string | undefined }): number {
  return (
    Buffer.byteLength(row.stanza) + (row.recipients === undefined ? 0 : Buffer.byteLength(row.recipients))
  );
}

/** What rows will add to the outbox; how they are stored is decided here, so it is known here. */
export function weightOf(rows: readonly NewRow[]): Weight {
  let stanzas = 0;
  let bytes = 0;
  for (const row of rows) {
    stanzas += row.recipients?.length ?? 1;
    for (const recipients of sliced(row.recipients)) bytes += bytesOf({ stanza: row.stanza, recipients });
  }
  return { stanzas, bytes };
}

/** The recipients' lines, a row each; one row without recipients where the stanza has its own `to`. */
function* sliced(recipients: readonly string[] | undefined): Iterable<string | undefined> {
  if (recipients === undefined) {
    yield undefined;
    return;
  }
  for (let at = 0; at < recipients.length; at += ROW_RECIPIENTS) {
    yield recipients.slice(at, at + ROW_RECIPIENTS).join("\n");
  }
}
