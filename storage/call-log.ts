/** What became of calls, for those who trace one by its request's id: kept for the last so many. */
import type { Database } from "./database.js";
import { DeadLetters, type DeadLetter, type GoneLetter } from "./dead-letters.js";
import type { Waiting } from "./outbox-progress.js";
import { OutboxStore } from "./outbox-store.js";

export interface NewCall {
  /** The request's id. */
  readonly request: string;
  readonly caller: string;
  /** Milliseconds since 1970, as all times here. */
  readonly acceptedAt: number;
  readonly stanzas: number;
  /** The seqs of its first and its last row; undefined where it has none. */
  readonly rows: { readonly first: number; readonly last: number } | undefined;
}

/** A call that is remembered. */
export interface KnownCall {
  /** As add() returned it. */
  readonly id: number;
  /** The request's. */
  readonly request: string;
}

/** Rows that were to be written once more. */
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

/** What is known of a call. */
export interface CallStory extends NewCall {
  /** How many of its stanzas wait to be acknowledged. */
  readonly waiting: number;
  /** How many are parked. */
  readonly parked: number;
  /** When all of it was acknowledged: once, and again if it was sent again after that. */
  readonly ackedAt: readonly number[];
  readonly rewrites: readonly Rewrite[];
  readonly bounces: readonly Bounce[];
  readonly deadLetters: readonly DeadLetter[];
  /** Those that were dropped or retried. */
  readonly goneLetters: readonly GoneLetter[];
}

interface RawCall {
  id: number;
  request: string;
  caller: string;
  accepted_at: number;
  stanzas: number;
  first: number | null;
  last: number | null;
  acked_at: number | null;
}

/** So many calls are added before the oldest are forgotten, twice as many at once at most. */
const SLICE = 256;
const MOST_REWRITES = 1_000;

export class CallLog {
  readonly #db: Database;
  readonly #most: number;
  readonly #add;
  readonly #ack;
  readonly #ackParked;
  readonly #rewrite;
  readonly #bounce;
  #added = 0;

  /** @param most so many calls are kept */
  constructor(db: Database, most: number) {
    this.#db = db;
    this.#most = most;
    this.#add = db.prepare<[string, string, number, number, number | null, number | null]>(
      "INSERT INTO calls (request, caller, accepted_at, stanzas, first, last) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#ack = db.prepare<[number, number]>("INSERT OR IGNORE INTO acks (seq, at) VALUES (?, ?)");
    this.#ackParked = db.prepare<[number, number, number]>(
      "UPDATE calls SET acked_at = ? WHERE first <= ? AND last >= ?",
    );
    this.#rewrite = db.prepare<[number, number, number, string]>(
      "INSERT INTO rewrites (at, first, last, reason) VALUES (?, ?, ?, ?)",
    );
    this.#bounce = db.prepare<[number, string, string, number, number]>(
      `INSERT INTO bounces (call, condition, receiver, at, count) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (call, condition) DO UPDATE SET count = count + excluded.count`,
    );
  }

  /** Notes a call; to be called inside a transaction, as all that writes here. @returns its id here */
  add({ request, caller, acceptedAt, stanzas, rows }: NewCall): number {
    const result = this.#add.run(
      request,
      caller,
      acceptedAt,
      stanzas,
      rows?.first ?? null,
      rows?.last ?? null,
    );
    const id = Number(result.lastInsertRowid);
    if (++this.#added % SLICE === 0) this.#forget(id - this.#most);
    return id;
  }

  /** All rows below this one are acknowledged, except parked ones. */
  acked(seq: number, at: number): void {
    this.#ack.run(seq, at);
  }

  /** A parked row is acknowledged. */
  ackedParked(seq: number, at: number): void {
    this.#ackParked.run(at, seq, seq);
  }

  rewritten({ at, first, last, reason }: Rewrite): void {
    const { lastInsertRowid } = this.#rewrite.run(at, first, last, reason);
    this.#db.prepare("DELETE FROM rewrites WHERE id <= ?").run(Number(lastInsertRowid) - MOST_REWRITES);
  }

  bounced({ call, condition, receiver, at, count }: Bounce): void {
    this.#bounce.run(call, condition, receiver, at, count);
  }

  /** Which call a row of the outbox is from, now or once; undefined where that isn't known. */
  callOf(seq: number): KnownCall | undefined {
    return this.#db
      .prepare<[number, number], KnownCall>(
        "SELECT id, request FROM calls WHERE first <= ? AND last >= ? ORDER BY id DESC LIMIT 1",
      )
      .get(seq, seq);
  }

  /** The calls of this request's id, oldest first: a caller may have used one of its own several times. */
  find(request: string): CallStory[] {
    const calls = this.#db
      .prepare<[string], RawCall>("SELECT * FROM calls WHERE request = ? ORDER BY id")
      .all(request);
    return calls.map((call) => this.#storyOf(call));
  }

  #storyOf({ id, request, caller, accepted_at, stanzas, first, last, acked_at }: RawCall): CallStory {
    const rows = first === null || last === null ? undefined : { first, last };
    const bounces = this.#db
      .prepare<[number], Bounce>("SELECT * FROM bounces WHERE call = ? ORDER BY at")
      .all(id);
    const known = { request, caller, acceptedAt: accepted_at, stanzas, rows, bounces };
    const nothing = { waiting: 0, parked: 0, ackedAt: [], rewrites: [], deadLetters: [], goneLetters: [] };
    if (rows === undefined) return { ...known, ...nothing };
    const rewrites = this.#db
      .prepare<[number, number], Rewrite>(
        "SELECT at, first, last, reason FROM rewrites WHERE first <= ? AND last >= ? ORDER BY at",
      )
      .all(rows.last, rows.first);
    const { waiting, parked }: Waiting = new OutboxStore(this.#db).statesOf(rows);
    const times = [accepted_at, ...rewrites.map(({ at }) => at)];
    const acks = times.flatMap((from, index) => this.#acks(rows.last, from, times[index + 1]));
    const letters = new DeadLetters(this.#db);
    return {
      ...known,
      waiting: waiting.stanzas,
      parked: parked.stanzas,
      ackedAt: parked.stanzas > 0 ? [] : withParked(acks, acked_at),
      rewrites,
      deadLetters: letters.list().filter(({ seq }) => rows.first <= seq && seq <= rows.last),
      goneLetters: letters.gone(rows),
    };
  }

  /** When this row was acknowledged between these times, if it was. */
  #acks(row: number, from: number, to = Number.MAX_SAFE_INTEGER): number[] {
    const sql = "SELECT at FROM acks WHERE seq > ? AND at >= ? AND at < ? ORDER BY at LIMIT 1";
    return this.#db.prepare<[number, number, number], number>(sql).pluck().all(row, from, to);
  }

  /** Forgets calls up to this one, some at a time, and what is about none that is left. */
  #forget(id: number): void {
    const forget = `DELETE FROM calls WHERE id <= ? AND id < (SELECT min(id) FROM calls) + ${2 * SLICE}`;
    if (this.#db.prepare(forget).run(id).changes === 0) return;
    const oldest = this.#db
      .prepare<[], { id: number; first: number | null }>(
        "SELECT min(id) AS id, min(first) AS first FROM (SELECT id, first FROM calls ORDER BY id LIMIT 1)",
      )
      .get();
    this.#db.prepare("DELETE FROM bounces WHERE call < ?").run(oldest?.id ?? 0);
    for (const table of ["acks", "gone_letters"])
      this.#db.prepare(`DELETE FROM ${table} WHERE seq < ?`).run(oldest?.first ?? 0);
  }
}

/** A call of which rows were parked is acknowledged when the last of them is, not when those behind them are. */
function withParked(acks: readonly number[], at: number | null): readonly number[] {
  return at === null ? acks : [at, ...acks.filter((later) => later > at)];
}
