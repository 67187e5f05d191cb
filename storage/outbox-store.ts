/** The outbox's rows: what was accepted, in the order in which it is sent. */
import { explain, type Database } from "./database.js";
import { Fingerprints } from "./fingerprints.js";
import { minus, NOTHING, OutboxProgress, plus, type Progress, type Waiting } from "./outbox-progress.js";
import {
  piecesOf,
  rowOf,
  rowsOf,
  weightOfRows,
  type NewRow,
  type RawRow,
  type Row,
  type Weight,
} from "./outbox-row.js";
import type { Statement } from "./sqlite.js";

/** What a process finds when it begins. */
export interface Beginning extends Progress {
  /** From this row on, acknowledged rows are kept. */
  readonly kept: number;
  /** Whether parked rows that were sent meanwhile are kept. */
  readonly keepsParked: boolean;
}

/** The rows by their states: the one place from which lists, metrics and probes read them. */
export interface OutboxStates extends Waiting {
  readonly deadLetters: number;
}

/** What changed since the last note. */
export interface Note {
  readonly progress: Progress;
  /** What is acknowledged of what waited, or too old. */
  readonly acknowledged: Weight;
  /** Rows that are parked, and how many of their stanzas are acknowledged. */
  readonly parked: readonly { readonly row: Row; readonly done: number }[];
  /** Parked rows that are acknowledged. */
  readonly unparked: readonly Row[];
}

type RowsFrom = Statement<[number, number], RawRow>;

export class OutboxStore {
  readonly #db: Database;
  readonly fingerprints: Fingerprints;
  readonly progress: OutboxProgress;
  readonly #insert;
  readonly #last;
  readonly #prune;
  readonly #pruneParked;
  readonly #park;
  readonly #unpark;
  readonly #from: RowsFrom;
  readonly #parkedFrom: RowsFrom;
  readonly #oldest;
  readonly #letters;

  constructor(db: Database, fingerprints = new Fingerprints(db)) {
    this.#db = db;
    this.fingerprints = fingerprints;
    this.progress = new OutboxProgress(db);
    this.#insert = db.prepare<(number | string | null)[]>(
      `INSERT INTO outbox (accepted_at, expires_at, stanza, recipients, receiver, stanzas, kind, sender, call, mode, copied)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#last = db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").pluck();
    this.#prune = db.prepare<[number, number]>(
      "DELETE FROM outbox WHERE seq >= ? AND seq < ? AND parked = 0",
    );
    this.#pruneParked = db.prepare<[number]>("DELETE FROM outbox WHERE parked = 1 AND acked_at <= ?");
    this.#park = db.prepare<[number, number]>("UPDATE outbox SET parked = 1, done = ? WHERE seq = ?");
    this.#unpark = db.prepare<[number, number]>("UPDATE outbox SET acked_at = ? WHERE seq = ?");
    this.#from = db.prepare("SELECT * FROM outbox WHERE seq >= ? AND parked = 0 ORDER BY seq LIMIT ?");
    this.#parkedFrom = db.prepare(
      "SELECT * FROM outbox WHERE parked = 1 AND acked_at IS NULL AND seq >= ? ORDER BY seq LIMIT ?",
    );
    this.#oldest = db
      .prepare<[number], number | null>(
        `SELECT min(at) FROM (
          SELECT at FROM (SELECT accepted_at AS at FROM outbox WHERE seq >= ? AND parked = 0 ORDER BY seq LIMIT 1)
          UNION ALL
          SELECT at FROM (SELECT accepted_at AS at FROM outbox WHERE parked = 1 AND acked_at IS NULL ORDER BY seq LIMIT 1))`,
      )
      .pluck();
    this.#letters = db.prepare<[], number>("SELECT count(*) FROM dead_letters").pluck();
  }

  /** @throws if the database can't be read */
  begin(): Beginning {
    const progress = this.progress.read();
    const first = this.#db
      .prepare<[], number>("SELECT seq FROM outbox WHERE parked = 0 ORDER BY seq LIMIT 1")
      .pluck();
    const kept = this.#db.prepare("SELECT 1 FROM outbox WHERE parked = 1 AND acked_at IS NOT NULL LIMIT 1");
    const { acked } = progress;
    return {
      ...progress,
      kept: Math.min(acked, first.get() ?? acked),
      keepsParked: kept.get() !== undefined,
    };
  }

  /**
   * Adds a call's rows at the end, leaving out the repeats; to be called inside a transaction.
   * @returns the rows as stored, in order
   */
  add<T extends string>(rows: readonly NewRow<T>[]): Row<T>[] {
    const stored: Row<T>[] = [];
    for (const row of rows) if (!this.#isKnown(row)) this.#store(row, stored);
    if (stored.length > 0) this.progress.count(weightOfRows(stored));
    return stored;
  }

  /** Whether nothing of this call would be stored: all of it was accepted before. */
  knows(rows: readonly NewRow[]): boolean {
    return rows.every((row) => this.#isKnown(row));
  }

  /** The id that the next row gets. */
  next(): number {
    return (this.#last.get() ?? 0) + 1;
  }

  /** Rows from this one on that aren't parked: at least one if there is one, at most so many rows and bytes. */
  from(seq: number, mostRows: number, mostBytes: number): Row[] {
    return rowsOf(this.#from.iterate(seq, mostRows), mostBytes);
  }

  /** The same of the parked rows that wait. */
  parkedFrom(seq: number, mostRows: number, mostBytes: number): Row[] {
    return rowsOf(this.#parkedFrom.iterate(seq, mostRows), mostBytes);
  }

  /** Notes what is acknowledged and parked; to be called inside a transaction. */
  note({ progress, acknowledged, parked, unparked }: Note): void {
    const moved = weightOfRows(parked.flatMap(({ row }) => (row.isParked ? [] : [row])));
    for (const { row, done } of parked) this.#park.run(done, row.seq);
    for (const { seq } of unparked) this.#unpark.run(progress.by.heardAt, seq);
    this.progress.note(progress);
    this.progress.count(minus(NOTHING, plus(acknowledged, moved)), minus(moved, weightOfRows(unparked)));
  }

  /** Deletes rows that are acknowledged; to be called inside a transaction. */
  prune(from: number, to: number): void {
    this.#prune.run(from, to);
  }

  /** Deletes parked rows that were acknowledged until then, in milliseconds since 1970; likewise. */
  pruneParked(until: number): void {
    this.#pruneParked.run(until);
  }

  /**
   * What is kept waits again: all acknowledged rows from `kept` on, and parked ones that were sent meanwhile.
   * @returns how much of it was acknowledged
   */
  replay(kept: number, progress: Progress): Weight {
    return this.now(() => {
      const range = "seq >= $kept AND seq < $acked";
      const values = { kept, acked: progress.acked };
      const all = this.#weigh(range, values);
      const parked = this.#weigh(`${range} AND parked = 1 AND acked_at IS NULL`, values);
      const early = this.#weigh("seq < $kept AND parked = 1 AND acked_at IS NOT NULL", values);
      const inOrder = "UPDATE outbox SET parked = 0, acked_at = NULL, done = 0 WHERE parked = 1 AND seq >= ?";
      this.#db.prepare<[number]>(inOrder).run(kept);
      this.#db.prepare("UPDATE outbox SET acked_at = NULL WHERE parked = 1 AND acked_at IS NOT NULL").run();
      this.progress.note({ ...progress, acked: kept });
      this.progress.count(all, minus(early, parked));
      return minus(plus(all, early), parked);
    });
  }

  /**
   * Whether rows of a call wait or are parked.
   * @param call its first row
   * @param acked all rows below are known to be acknowledged or parked
   */
  isWaiting(call: number, acked: number): boolean {
    const { waiting, parked } = this.statesOf({ first: call, last: this.#lastOf(call) }, acked);
    return waiting.stanzas + parked.stanzas > 0;
  }

  /** How much of these rows waits, and how much is parked. */
  statesOf(
    { first, last }: { readonly first: number; readonly last: number },
    acked = this.progress.read().acked,
  ): Waiting {
    const range = "seq >= $first AND seq <= $last";
    return {
      waiting: this.#weigh(`${range} AND seq >= $acked AND parked = 0`, { first, last, acked }),
      parked: this.#weigh(`${range} AND parked = 1 AND acked_at IS NULL`, { first, last }),
    };
  }

  /** The rows of a call that wait or are parked. */
  waitingOf(call: number, acked: number): Row[] {
    const rows = this.#db.prepare<[number, number, number], RawRow>(
      `SELECT * FROM outbox WHERE seq >= ? AND seq <= ? AND iif(parked, acked_at IS NULL, seq >= ?) ORDER BY seq`,
    );
    return rows.all(call, this.#lastOf(call), acked).map(rowOf);
  }

  /** How much there is in each state. */
  states(): OutboxStates {
    return { ...this.progress.waiting(), deadLetters: this.#letters.get() ?? 0 };
  }

  /** Whether any row is parked, or a dead letter. */
  get hasParkedOrDead(): boolean {
    const { parked, deadLetters } = this.states();
    return parked.stanzas + deadLetters > 0;
  }

  /** When the first row that waits was accepted, in milliseconds since 1970. */
  oldest(): number | undefined {
    return this.#oldest.get(this.progress.read().acked) ?? undefined;
  }

  /** Does the work in a transaction of its own, at once. */
  now<T>(work: () => T): T {
    return this.#db.transaction(work).immediate();
  }

  /** One sentence on a failure of the database: what is wrong, and what to do. */
  explain(error: unknown): string {
    return explain(error, this.#db.name);
  }

  #lastOf(call: number): number {
    const next = this.#db.prepare<[number, number], number>(
      "SELECT seq FROM outbox WHERE seq > ? AND (call IS NULL OR call <> ?) ORDER BY seq LIMIT 1",
    );
    return (next.pluck().get(call, call) ?? Infinity) - 1;
  }

  #weigh(which: string, values: Readonly<Record<string, number>>): Weight {
    const sql = `SELECT coalesce(sum(stanzas), 0) AS stanzas,
      coalesce(sum(octet_length(stanza) + coalesce(octet_length(recipients), 0)), 0) AS bytes FROM outbox WHERE ${which}`;
    return this.#db.prepare<[typeof values], Weight>(sql).get(values) ?? NOTHING;
  }

  #isKnown({ fingerprint, acceptedAt }: NewRow): boolean {
    return fingerprint !== undefined && this.fingerprints.isKnown(fingerprint, acceptedAt);
  }

  #store<T extends string>(row: NewRow<T>, stored: Row<T>[]): void {
    const { stanza, acceptedAt, expiresAt, fingerprint, kind, sender, mode, isCopied = false } = row;
    const receiver = row.recipients === undefined ? row.receiver : undefined;
    if (fingerprint !== undefined) this.fingerprints.remember(fingerprint, acceptedAt);
    for (const { recipients, stanzas } of piecesOf(row)) {
      const before = stored[0]?.seq;
      const result = this.#insert.run(
        acceptedAt,
        expiresAt ?? null,
        stanza,
        recipients ?? null,
        receiver ?? null,
        stanzas,
        kind,
        sender,
        before ?? null,
        mode ?? null,
        Number(isCopied),
      );
      const seq = Number(result.lastInsertRowid);
      stored.push({
        seq,
        call: before ?? seq,
        stanza,
        stanzas,
        acceptedAt,
        expiresAt,
        kind,
        sender,
        receiver,
        recipients,
        mode,
        isCopied,
        isParked: false,
        done: 0,
      });
    }
  }
}
