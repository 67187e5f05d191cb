/** Stores the log of calls, for `outbox trace`: the latest calls and what became of their stanzas. */
import type { Database } from "./database.js";
import { DeadLetters, type DeadLetter, type HandledLetter } from "./dead-letters.js";
import { OutboxStore } from "./outbox-store.js";
import { Store } from "./sql.js";

export interface NewCall {
  readonly request: string;
  readonly caller: string;
  readonly acceptedAt: number;
  readonly stanzas: number;
  /** The ids of the call's first and last row in the outbox; undefined if the call added no rows. */
  readonly rows: { readonly first: number; readonly last: number } | undefined;
}

export interface KnownCall {
  readonly id: number;
  readonly request: string;
}

export interface Rewrite {
  readonly at: number;
  readonly first: number;
  readonly last: number;
  readonly reason: string;
}

export interface Bounce {
  readonly call: number;
  readonly condition: string;
  readonly receiver: string;
  readonly at: number;
  readonly count: number;
}

/** A call, and the states of its stanzas. */
export interface CallStory extends NewCall {
  /** How many stanzas are neither acknowledged nor parked. */
  readonly waiting: number;
  readonly parked: number;
  /** The times when all stanzas were acknowledged; more than one if the stanzas were sent again. */
  readonly ackedAt: readonly number[];
  readonly rewrites: readonly Rewrite[];
  readonly bounces: readonly Bounce[];
  readonly deadLetters: readonly DeadLetter[];
  readonly handledLetters: readonly HandledLetter[];
}

interface RawCall extends Omit<NewCall, "rows"> {
  readonly id: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly ackedAt: number | undefined;
}

/** How many calls are added between two deletions of the oldest calls. A deletion deletes at most twice this number. */
const CALLS_PER_PRUNE = 256;
const MAX_REWRITES = 1_000;

export class CallLog extends Store {
  #added = 0;

  /** @param most the number of calls that the log keeps */
  constructor(
    db: Database,
    private readonly most: number,
  ) {
    super(db);
  }

  /** Adds a call and returns its id. All methods that write must run inside a transaction. */
  add({ request, caller, acceptedAt, stanzas, rows }: NewCall): number {
    const sql = `INSERT INTO calls (request, caller, accepted_at, stanzas, first, last)
      VALUES (?, ?, ?, ?, ?, ?)`;
    const added = this.sql.run(sql, request, caller, acceptedAt, stanzas, rows?.first, rows?.last);
    const id = Number(added.lastInsertRowid);
    if (++this.#added % CALLS_PER_PRUNE === 0) this.#forget(id - this.most);
    return id;
  }

  /** Records that all rows below `rowId` are acknowledged, except parked ones. */
  readonly acked = this.sql.write<[rowId: number, at: number]>(
    "INSERT OR IGNORE INTO acks (row_id, at) VALUES (?, ?)",
  ).run;

  ackedParked(rowId: number, at: number): void {
    this.sql.run("UPDATE calls SET acked_at = ? WHERE first <= ? AND last >= ?", at, rowId, rowId);
  }

  rewritten(rewrite: Rewrite): void {
    const id = this.sql.insert("rewrites", rewrite);
    this.sql.run("DELETE FROM rewrites WHERE id <= ?", id - MAX_REWRITES);
  }

  /** Records an error. Errors with the same condition are counted together. */
  bounced({ call, condition, receiver, at }: Omit<Bounce, "count">): void {
    const sql = `INSERT INTO bounces (call, condition, receiver, at, count) VALUES (?, ?, ?, ?, 1)
      ON CONFLICT (call, condition) DO UPDATE SET count = count + 1`;
    this.sql.run(sql, call, condition, receiver, at);
  }

  /** Returns the latest call of a row; undefined if the call isn't in the log. */
  callOf(rowId: number): KnownCall | undefined {
    const sql = "SELECT id, request FROM calls WHERE first <= ? AND last >= ? ORDER BY id DESC LIMIT 1";
    return this.sql.rows<KnownCall>(sql).get(rowId, rowId);
  }

  /** Returns the calls of a request id, the oldest first; callers may use the same id several times. */
  find(request: string): CallStory[] {
    const calls = this.sql.rows<RawCall>("SELECT * FROM calls WHERE request = ? ORDER BY id").all(request);
    return calls.map((call) => this.#storyOf(call));
  }

  #storyOf({ id, first = 0, last = 0, ackedAt, ...call }: RawCall): CallStory {
    const rows = { first, last };
    const again = "SELECT at, first, last, reason FROM rewrites WHERE first <= ? AND last >= ? ORDER BY at";
    const rewrites = this.sql.rows<Rewrite>(again).all(last, first);
    const { waiting, parked } = new OutboxStore(this.db).statesOf(rows);
    const times = [call.acceptedAt, ...rewrites.map(({ at }) => at)];
    const acks = times.flatMap((from, index) => this.#acks(last, from, times[index + 1]));
    const letters = new DeadLetters(this.db);
    return {
      ...call,
      // Ids of rows start with 1: nothing has the id 0.
      rows: first === 0 ? undefined : rows,
      waiting: waiting.stanzas,
      parked: parked.stanzas,
      ackedAt: first === 0 || parked.stanzas > 0 ? [] : withParked(acks, ackedAt),
      rewrites,
      bounces: this.sql.rows<Bounce>("SELECT * FROM bounces WHERE call = ? ORDER BY at").all(id),
      deadLetters: letters.ofRows(rows),
      handledLetters: letters.handled(rows),
    };
  }

  /** Returns when a row was first acknowledged at or after `from` and before `to`: an array with one time, or empty. */
  #acks(row: number, from: number, to = Number.MAX_SAFE_INTEGER): number[] {
    const sql = "SELECT at FROM acks WHERE row_id > ? AND at >= ? AND at < ? ORDER BY at LIMIT 1";
    return this.sql.values<number>(sql).all(row, from, to);
  }

  /** Deletes some of the calls up to this id, and entries of other tables that belong to no call. */
  #forget(id: number): void {
    const forget = `DELETE FROM calls WHERE id <= ? AND id < (SELECT min(id) FROM calls) + ${2 * CALLS_PER_PRUNE}`;
    if (this.sql.changes(forget, id) === 0) return;
    const oldest = this.sql.rows<RawCall>("SELECT * FROM calls ORDER BY id LIMIT 1").get();
    this.sql.run("DELETE FROM bounces WHERE call < ?", oldest?.id ?? 0);
    for (const table of ["acks", "handled_letters"])
      this.sql.run(`DELETE FROM ${table} WHERE row_id < ?`, oldest?.first ?? 0);
  }
}

/** Returns when a whole call was acknowledged. @param at when its last parked row was; undefined: no row was parked */
function withParked(acks: readonly number[], at: number | undefined): readonly number[] {
  return at === undefined ? acks : [at, ...acks.filter((later) => later > at)];
}
