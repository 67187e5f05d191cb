/** The log of the last calls, for `outbox trace`. */
import type { Database } from "./database.js";
import { DeadLetters, type DeadLetter, type HandledLetter } from "./dead-letters.js";
import type { Waiting } from "./outbox-progress.js";
import { OutboxStore } from "./outbox-store.js";
import { Sql } from "./sql.js";

export interface NewCall {
  /** The request's id. */
  readonly request: string;
  readonly caller: string;
  /** Milliseconds since 1970, as all times here. */
  readonly acceptedAt: number;
  readonly stanzas: number;
  /** Its first and its last row; undefined if it has none. */
  readonly rows: { readonly first: number; readonly last: number } | undefined;
}

/** A call that is remembered. */
export interface KnownCall {
  /** As add() returned it. */
  readonly id: number;
  /** The request's id. */
  readonly request: string;
}

/** Rows that were sent again. */
export interface Rewrite {
  readonly at: number;
  readonly first: number;
  readonly last: number;
  readonly reason: string;
}

export interface Bounce {
  /** As add() returned it. */
  readonly call: number;
  readonly condition: string;
  /** The first of the receivers. */
  readonly receiver: string;
  readonly at: number;
  readonly count: number;
}

/** A call, and the states of its stanzas. */
export interface CallStory extends NewCall {
  /** The number of its stanzas that wait for their ack. */
  readonly waiting: number;
  /** The number of its stanzas that are parked. */
  readonly parked: number;
  /** When all of it was acknowledged; several times if it was sent again. */
  readonly ackedAt: readonly number[];
  readonly rewrites: readonly Rewrite[];
  readonly bounces: readonly Bounce[];
  readonly deadLetters: readonly DeadLetter[];
  /** Dead letters that were dropped or retried. */
  readonly handledLetters: readonly HandledLetter[];
}

type RawCall = Omit<NewCall, "rows"> & {
  readonly id: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** When its parked rows were acknowledged last. */
  readonly ackedAt: number | undefined;
};

/** After this many new calls the oldest are deleted, at most twice as many at once. */
const SLICE = 256;
const MOST_REWRITES = 1_000;

export class CallLog {
  readonly #sql: Sql;
  #added = 0;

  /** @param most the number of calls that are kept */
  constructor(
    private readonly db: Database,
    private readonly most: number,
  ) {
    this.#sql = new Sql(db);
  }

  /** Adds a call; to be called inside a transaction, as all that writes here. @returns its id */
  add({ request, caller, acceptedAt, stanzas, rows }: NewCall): number {
    const { lastInsertRowid } = this.#sql.run(
      "INSERT INTO calls (request, caller, accepted_at, stanzas, first, last) VALUES (?, ?, ?, ?, ?, ?)",
      ...[request, caller, acceptedAt, stanzas, rows?.first, rows?.last],
    );
    const id = Number(lastInsertRowid);
    if (++this.#added % SLICE === 0) this.#forget(id - this.most);
    return id;
  }

  /** All rows below this one are acknowledged, except parked ones. */
  acked(rowId: number, at: number): void {
    this.#sql.run("INSERT OR IGNORE INTO acks (row_id, at) VALUES (?, ?)", rowId, at);
  }

  /** A parked row is acknowledged. */
  ackedParked(rowId: number, at: number): void {
    this.#sql.run("UPDATE calls SET acked_at = ? WHERE first <= ? AND last >= ?", at, rowId, rowId);
  }

  rewritten({ at, first, last, reason }: Rewrite): void {
    const sql = "INSERT INTO rewrites (at, first, last, reason) VALUES (?, ?, ?, ?)";
    const { lastInsertRowid } = this.#sql.run(sql, at, first, last, reason);
    this.#sql.run("DELETE FROM rewrites WHERE id <= ?", Number(lastInsertRowid) - MOST_REWRITES);
  }

  bounced({ call, condition, receiver, at, count }: Bounce): void {
    this.#sql.run(
      `INSERT INTO bounces (call, condition, receiver, at, count) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (call, condition) DO UPDATE SET count = count + excluded.count`,
      ...[call, condition, receiver, at, count],
    );
  }

  /** The call of a row; undefined if it isn't known. */
  callOf(rowId: number): KnownCall | undefined {
    const sql = "SELECT id, request FROM calls WHERE first <= ? AND last >= ? ORDER BY id DESC LIMIT 1";
    return this.#sql.rows<KnownCall>(sql).get(rowId, rowId);
  }

  /** The calls of a request's id, oldest first: a caller may use an id several times. */
  find(request: string): CallStory[] {
    const calls = this.#sql.rows<RawCall>("SELECT * FROM calls WHERE request = ? ORDER BY id").all(request);
    return calls.map((call) => this.#storyOf(call));
  }

  #storyOf({ id, first, last, ackedAt, ...call }: RawCall): CallStory {
    const rows = first === undefined || last === undefined ? undefined : { first, last };
    const bounces = this.#sql.rows<Bounce>("SELECT * FROM bounces WHERE call = ? ORDER BY at").all(id);
    const known = { ...call, rows, bounces };
    const nothing = { waiting: 0, parked: 0, ackedAt: [], rewrites: [], deadLetters: [], handledLetters: [] };
    if (rows === undefined) return { ...known, ...nothing };
    const rewrites = this.#sql
      .rows<Rewrite>(
        "SELECT at, first, last, reason FROM rewrites WHERE first <= ? AND last >= ? ORDER BY at",
      )
      .all(rows.last, rows.first);
    const { waiting, parked }: Waiting = new OutboxStore(this.db).statesOf(rows);
    const times = [call.acceptedAt, ...rewrites.map(({ at }) => at)];
    const acks = times.flatMap((from, index) => this.#acks(rows.last, from, times[index + 1]));
    const letters = new DeadLetters(this.db);
    return {
      ...known,
      waiting: waiting.stanzas,
      parked: parked.stanzas,
      ackedAt: parked.stanzas > 0 ? [] : withParked(acks, ackedAt),
      rewrites,
      deadLetters: letters.list().filter(({ rowId }) => rows.first <= rowId && rowId <= rows.last),
      handledLetters: letters.handled(rows),
    };
  }

  /** When this row was acknowledged between these times, if it was. */
  #acks(row: number, from: number, to = Number.MAX_SAFE_INTEGER): number[] {
    const sql = "SELECT at FROM acks WHERE row_id > ? AND at >= ? AND at < ? ORDER BY at LIMIT 1";
    return this.#sql.values<number>(sql).all(row, from, to);
  }

  /** Deletes calls up to this one, some at a time, and what belongs to no remaining call. */
  #forget(id: number): void {
    const forget = `DELETE FROM calls WHERE id <= ? AND id < (SELECT min(id) FROM calls) + ${2 * SLICE}`;
    if (this.#sql.changes(forget, id) === 0) return;
    const oldest = this.#sql
      .rows<{ id: number; first: number | undefined }>("SELECT id, first FROM calls ORDER BY id LIMIT 1")
      .get();
    this.#sql.run("DELETE FROM bounces WHERE call < ?", oldest?.id ?? 0);
    for (const table of ["acks", "handled_letters"])
      this.#sql.run(`DELETE FROM ${table} WHERE row_id < ?`, oldest?.first ?? 0);
  }
}

/** A call of which rows were parked is acknowledged when the last of them is, not when those behind them are. */
function withParked(acks: readonly number[], at: number | undefined): readonly number[] {
  return at === undefined ? acks : [at, ...acks.filter((later) => later > at)];
}
