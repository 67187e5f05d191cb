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
/** How many rows of a table one slice of prune() deletes at most. */
const SLICE = 500;

export class CallLogStore extends Store {
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

  /**
   * Records that the rows from `from` to before `to` are acknowledged, except parked ones; only if these are the last
   * rows of a call, because others, such as rooms', have no history.
   */
  acked({ from, to, at }: { readonly from: number; readonly to: number; readonly at: number }): void {
    const isCall = "EXISTS (SELECT 1 FROM calls WHERE last >= @from AND last < @to)";
    this.sql.run(`INSERT OR IGNORE INTO acks (row_id, at) SELECT @to, @at WHERE ${isCall}`, { from, to, at });
  }

  ackedParked(rowId: number, at: number): void {
    const { id } = this.callOf(rowId) ?? {};
    if (id !== undefined) this.sql.update("calls", { id }, { ackedAt: at });
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

  /** Returns the call of a row; undefined if the call isn't in the log. */
  callOf(rowId: number): KnownCall | undefined {
    // Rows belong to one call at most, so that the first call that ends at the row or behind it decides.
    const next = "SELECT * FROM calls WHERE last >= ? ORDER BY last LIMIT 1";
    return this.sql.rows<KnownCall>(`SELECT id, request FROM (${next}) WHERE first <= ?`).get(rowId, rowId);
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
    // Acks that cover its rows come after the call, even if they seem earlier because the clock was set back.
    const times = [0, ...rewrites.map(({ at }) => at)];
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

  /** Deletes some of the calls up to this id. @returns whether more may remain */
  #forget(id: number): boolean {
    const forget = `DELETE FROM calls WHERE id <= ? AND id < (SELECT min(id) FROM calls) + ${2 * CALLS_PER_PRUNE}`;
    return this.sql.changes(forget, id) > 0;
  }

  /**
   * Deletes some calls beyond the limit, and what belongs to no call any more. Must be called again and again, because
   * other work than calls adds to these tables, too, and because calls may stop.
   * @returns whether more may remain
   */
  prune(): boolean {
    const newest = this.sql.values<number>("SELECT max(id) FROM calls").get() ?? 0;
    const isFull = this.#forget(newest - this.most);
    const call = this.sql.values<number>("SELECT min(id) FROM calls").get() ?? Number.MAX_SAFE_INTEGER;
    const sql = "SELECT first FROM calls WHERE last IS NOT NULL ORDER BY last LIMIT 1";
    const row = this.sql.values<number>(sql).get() ?? Number.MAX_SAFE_INTEGER;
    // A call has one ack, or more if its rows were sent again.
    const spare = "SELECT row_id, at FROM acks ORDER BY row_id DESC, at DESC LIMIT 1 OFFSET ?";
    const tooMany = `DELETE FROM acks WHERE (row_id, at) <= (${spare}) LIMIT ?`;
    const deleted = [
      this.sql.changes("DELETE FROM bounces WHERE call < ? LIMIT ?", call, SLICE),
      this.sql.changes("DELETE FROM acks WHERE row_id <= ? LIMIT ?", row, SLICE),
      this.sql.changes(tooMany, this.most + MAX_REWRITES, SLICE),
      this.sql.changes("DELETE FROM handled_letters WHERE row_id < ? LIMIT ?", row, SLICE),
    ];
    return isFull || deleted.includes(SLICE);
  }
}

/** Returns when a whole call was acknowledged. @param at when its last parked row was; undefined: no row was parked */
function withParked(acks: readonly number[], at: number | undefined): readonly number[] {
  return at === undefined ? acks : [at, ...acks.filter((later) => later > at)];
}
