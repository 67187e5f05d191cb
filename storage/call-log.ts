/** Stores the log of calls, for `outbox trace`: the latest calls and what became of their stanzas. */
import type { Database } from "./database.js";
import { DeadLetters, type DeadLetter, type HandledLetter } from "./dead-letters.js";
import type { Waiting } from "./outbox-progress.js";
import { OutboxStore } from "./outbox-store.js";
import { Store } from "./sql.js";

/** A call to be added to the log. Times in this file are in milliseconds since 1970. */
export interface NewCall {
  /** The id of the call's HTTP request. */
  readonly request: string;
  readonly caller: string;
  readonly acceptedAt: number;
  readonly stanzas: number;
  /** The ids of the call's first and last row in the outbox; undefined if the call added no rows. */
  readonly rows: { readonly first: number; readonly last: number } | undefined;
}

/** A call in the log. */
export interface KnownCall {
  /** The id that add() returned. */
  readonly id: number;
  readonly request: string;
}

/** Rows of the outbox, from `first` to `last`, that were sent again. */
export interface Rewrite {
  readonly at: number;
  readonly first: number;
  readonly last: number;
  readonly reason: string;
}

/** Error stanzas with the same condition that returned stanzas of a call. */
export interface Bounce {
  readonly call: number;
  /** The error's condition (RFC 6120 §8.3.3). */
  readonly condition: string;
  /** The address of the message's receiver whose error arrived first. */
  readonly receiver: string;
  /** When the first error arrived. */
  readonly at: number;
  readonly count: number;
}

/** A call, and the states of its stanzas. */
export interface CallStory extends NewCall {
  /** How many of the call's stanzas aren't acknowledged, without parked ones. */
  readonly waiting: number;
  readonly parked: number;
  /** When all of the call's stanzas were acknowledged; several times if they were sent again. */
  readonly ackedAt: readonly number[];
  readonly rewrites: readonly Rewrite[];
  readonly bounces: readonly Bounce[];
  readonly deadLetters: readonly DeadLetter[];
  /** Former dead letters of the call that were dropped or retried. */
  readonly handledLetters: readonly HandledLetter[];
}

type RawCall = Omit<NewCall, "rows"> & {
  readonly id: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** When the last of the call's parked rows was acknowledged. */
  readonly ackedAt: number | undefined;
};

/** After how many new calls the oldest calls are deleted, at most 2 * SLICE at once. */
const SLICE = 256;
/** How many rewrites are stored at most. */
const MOST_REWRITES = 1_000;

export class CallLog extends Store {
  /** How many calls this object has added. */
  #added = 0;

  /** @param most how many calls the log keeps */
  constructor(
    db: Database,
    private readonly most: number,
  ) {
    super(db);
  }

  /** Adds a call and returns its id. Like every method of this class that writes, it must run inside a transaction. */
  add({ request, caller, acceptedAt, stanzas, rows }: NewCall): number {
    const { lastInsertRowid } = this.sql.run(
      "INSERT INTO calls (request, caller, accepted_at, stanzas, first, last) VALUES (?, ?, ?, ?, ?, ?)",
      ...[request, caller, acceptedAt, stanzas, rows?.first, rows?.last],
    );
    const id = Number(lastInsertRowid);
    if (++this.#added % SLICE === 0) this.#forget(id - this.most);
    return id;
  }

  /** Stores that all rows below `rowId` are acknowledged, except parked ones. */
  acked(rowId: number, at: number): void {
    this.sql.run("INSERT OR IGNORE INTO acks (row_id, at) VALUES (?, ?)", rowId, at);
  }

  /** Stores that a parked row is acknowledged. */
  ackedParked(rowId: number, at: number): void {
    this.sql.run("UPDATE calls SET acked_at = ? WHERE first <= ? AND last >= ?", at, rowId, rowId);
  }

  /** Stores that rows were sent again. */
  rewritten({ at, first, last, reason }: Rewrite): void {
    const sql = "INSERT INTO rewrites (at, first, last, reason) VALUES (?, ?, ?, ?)";
    const { lastInsertRowid } = this.sql.run(sql, at, first, last, reason);
    this.sql.run("DELETE FROM rewrites WHERE id <= ?", Number(lastInsertRowid) - MOST_REWRITES);
  }

  /** Stores errors for a call; errors with the same condition are counted together. */
  bounced({ call, condition, receiver, at, count }: Bounce): void {
    this.sql.run(
      `INSERT INTO bounces (call, condition, receiver, at, count) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (call, condition) DO UPDATE SET count = count + excluded.count`,
      ...[call, condition, receiver, at, count],
    );
  }

  /** Returns the latest call that a row of the outbox belongs to; undefined if the call isn't in the log. */
  callOf(rowId: number): KnownCall | undefined {
    const sql = "SELECT id, request FROM calls WHERE first <= ? AND last >= ? ORDER BY id DESC LIMIT 1";
    return this.sql.rows<KnownCall>(sql).get(rowId, rowId);
  }

  /** Returns the calls with a request id, the oldest first. A caller may use the same request id for several calls. */
  find(request: string): CallStory[] {
    const calls = this.sql.rows<RawCall>("SELECT * FROM calls WHERE request = ? ORDER BY id").all(request);
    return calls.map((call) => this.#storyOf(call));
  }

  #storyOf({ id, first, last, ackedAt, ...call }: RawCall): CallStory {
    const rows = first === undefined || last === undefined ? undefined : { first, last };
    const bounces = this.sql.rows<Bounce>("SELECT * FROM bounces WHERE call = ? ORDER BY at").all(id);
    const known = { ...call, rows, bounces };
    const nothing = { waiting: 0, parked: 0, ackedAt: [], rewrites: [], deadLetters: [], handledLetters: [] };
    if (rows === undefined) return { ...known, ...nothing };
    const rewrites = this.sql
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

  /** Returns the time of a row's first acknowledgement from `from` to before `to`, or an empty array. */
  #acks(row: number, from: number, to = Number.MAX_SAFE_INTEGER): number[] {
    const sql = "SELECT at FROM acks WHERE row_id > ? AND at >= ? AND at < ? ORDER BY at LIMIT 1";
    return this.sql.values<number>(sql).all(row, from, to);
  }

  /** Deletes calls up to this id, some at a time, and the entries of other tables that belong to no call. */
  #forget(id: number): void {
    const forget = `DELETE FROM calls WHERE id <= ? AND id < (SELECT min(id) FROM calls) + ${2 * SLICE}`;
    if (this.sql.changes(forget, id) === 0) return;
    const oldest = this.sql
      .rows<{ id: number; first: number | undefined }>("SELECT id, first FROM calls ORDER BY id LIMIT 1")
      .get();
    this.sql.run("DELETE FROM bounces WHERE call < ?", oldest?.id ?? 0);
    for (const table of ["acks", "handled_letters"])
      this.sql.run(`DELETE FROM ${table} WHERE row_id < ?`, oldest?.first ?? 0);
  }
}

/** Returns the times when a call was acknowledged; none precedes the acknowledgement of its parked rows (`at`). */
function withParked(acks: readonly number[], at: number | undefined): readonly number[] {
  return at === undefined ? acks : [at, ...acks.filter((later) => later > at)];
}
