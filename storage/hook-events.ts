/** What hooks are still to be told, in order for each, and what none of them would take. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

export interface HookEvent {
  readonly seq: number;
  /** The hook's. */
  readonly hook: number;
  /** As its receiver knows it. */
  readonly id: string;
  /** What is posted. */
  readonly body: string;
  /** Bare address of whom an answer is said to; undefined: to nobody. */
  readonly replyTo: string | undefined;
  /** Milliseconds since 1970, as all times here. */
  readonly happenedAt: number;
  /** It is set aside where it isn't taken by then. */
  readonly until: number;
}

export interface DeadEvent extends HookEvent {
  readonly diedAt: number;
  readonly reason: string;
}

export type NewHookEvent = Omit<HookEvent, "seq">;

/** What may wait for one hook; of what is set aside for it, as many at most. */
export interface QueueBounds {
  readonly events: number;
  readonly bytes: number;
}

const EVENT = "seq, hook, id, body, reply_to, happened_at, until";

export class HookEvents {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  /**
   * Puts an event at the end of a hook's queue; inside a transaction, as all that writes.
   * @returns false if the queue is full, or the hook is gone
   */
  add({ hook, id, body, replyTo, happenedAt, until }: NewHookEvent, most: QueueBounds): boolean {
    const bytes = Buffer.byteLength(body);
    const sql = `INSERT INTO hook_events (hook, id, body, bytes, reply_to, happened_at, until)
      SELECT id, ?, ?, ?, ?, ?, ? FROM outgoing_hooks WHERE id = ? AND waiting < ? AND bytes + ? <= ?`;
    const values = [id, body, bytes, replyTo, happenedAt, until];
    return this.#sql.changes(sql, ...values, hook, most.events, bytes, most.bytes) > 0;
  }

  /** What a hook is to be told next. */
  first(hook: number): HookEvent | undefined {
    const sql = `SELECT ${EVENT} FROM hook_events WHERE hook = ? AND died_at IS NULL ORDER BY seq LIMIT 1`;
    return this.#sql.rows<HookEvent>(sql).get(hook);
  }

  remove(seq: number): void {
    this.#sql.run("DELETE FROM hook_events WHERE seq = ?", seq);
  }

  /**
   * Makes dead letters of an event and of all of its hook's whose time is over.
   * @returns how many
   */
  bury({ seq, hook }: HookEvent, at: number, reason: string, most: QueueBounds): number {
    const bury = "UPDATE hook_events SET died_at = ?, reason = ? WHERE died_at IS NULL AND";
    const buried =
      this.#sql.changes(`${bury} seq = ?`, at, reason, seq) +
      this.#sql.changes(`${bury} hook = ? AND until <= ?`, at, reason, hook, at);
    this.#sql.run(
      `DELETE FROM hook_events WHERE seq IN (SELECT seq FROM hook_events INDEXED BY hook_events_dead
        WHERE hook = ? AND died_at IS NOT NULL ORDER BY seq DESC LIMIT -1 OFFSET ?)`,
      ...[hook, most.events],
    );
    return buried;
  }

  /** When the oldest that waits happened; undefined if none does. */
  oldest(): number | undefined {
    const sql = `SELECT min((SELECT happened_at FROM hook_events WHERE hook = outgoing_hooks.id AND died_at IS NULL
      ORDER BY seq LIMIT 1)) FROM outgoing_hooks WHERE waiting > 0`;
    return this.#sql.values<number>(sql).get();
  }

  /** How many wait for all hooks. */
  waiting(): number {
    return this.#sql.values<number>("SELECT sum(waiting) FROM outgoing_hooks").get() ?? 0;
  }

  /** The dead letters, the oldest first. @param hook its hook; undefined: any */
  dead(hook?: number): DeadEvent[] {
    const sql = `SELECT ${EVENT}, died_at, reason FROM hook_events
      WHERE died_at IS NOT NULL AND (@hook IS NULL OR hook = @hook) ORDER BY seq`;
    return this.#sql.rows<DeadEvent>(sql).all({ hook });
  }

  /** How many dead letters there are, by the hook's id; 0 is left out. */
  deadByHook(): ReadonlyMap<number, number> {
    const sql = "SELECT hook, count(*) AS count FROM hook_events WHERE died_at IS NOT NULL GROUP BY hook";
    const counts = this.#sql.rows<{ hook: number; count: number }>(sql).all();
    return new Map(counts.map(({ hook, count }) => [hook, count]));
  }

  /** Puts a dead letter back to its place, to be tried until then; false if there is none. */
  retry(seq: number, until: number): boolean {
    const sql = `UPDATE hook_events SET died_at = NULL, reason = NULL, until = ?
      WHERE seq = ? AND died_at IS NOT NULL`;
    return this.#sql.changes(sql, until, seq) > 0;
  }

  /** Deletes a dead letter; false if there is none. */
  drop(seq: number): boolean {
    return this.#sql.changes("DELETE FROM hook_events WHERE seq = ? AND died_at IS NOT NULL", seq) > 0;
  }
}
