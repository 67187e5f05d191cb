/** Stores the queues of outgoing webhooks and their dead letters. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

export interface HookEvent {
  readonly rowId: number;
  /** The webhook's id. */
  readonly hook: number;
  /** The id that the receiver sees. */
  readonly id: string;
  /** The payload. */
  readonly body: string;
  /** The bare address that gets a reply; undefined: none. */
  readonly replyTo: string | undefined;
  /** Milliseconds since 1970, as all times here. */
  readonly happenedAt: number;
  /** When it becomes a dead letter. */
  readonly until: number;
}

export interface DeadEvent extends HookEvent {
  readonly diedAt: number;
  readonly reason: string;
}

export type NewHookEvent = Omit<HookEvent, "rowId">;

/** The limits of one queue; it keeps as many dead letters. */
export interface QueueBounds {
  readonly events: number;
  readonly bytes: number;
}

const EVENT = "row_id, hook, id, body, reply_to, happened_at, until";

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

  /** Returns the next event of a webhook. */
  first(hook: number): HookEvent | undefined {
    const sql = `SELECT ${EVENT} FROM hook_events WHERE hook = ? AND died_at IS NULL ORDER BY row_id LIMIT 1`;
    return this.#sql.rows<HookEvent>(sql).get(hook);
  }

  remove(rowId: number): void {
    this.#sql.run("DELETE FROM hook_events WHERE row_id = ?", rowId);
  }

  /**
   * Makes dead letters of an event and of all of its hook's whose time is over.
   * @returns how many
   */
  bury({ rowId: row_id, hook }: HookEvent, at: number, reason: string, most: QueueBounds): number {
    const bury = "UPDATE hook_events SET died_at = ?, reason = ? WHERE died_at IS NULL AND";
    const buried =
      this.#sql.changes(`${bury} row_id = ?`, at, reason, row_id) +
      this.#sql.changes(`${bury} hook = ? AND until <= ?`, at, reason, hook, at);
    this.#sql.run(
      `DELETE FROM hook_events WHERE row_id IN (SELECT row_id FROM hook_events INDEXED BY hook_events_dead
        WHERE hook = ? AND died_at IS NOT NULL ORDER BY row_id DESC LIMIT -1 OFFSET ?)`,
      ...[hook, most.events],
    );
    return buried;
  }

  /** Returns when the oldest queued event happened; undefined if none is queued. */
  oldest(): number | undefined {
    const sql = `SELECT min((SELECT happened_at FROM hook_events WHERE hook = outgoing_hooks.id AND died_at IS NULL
      ORDER BY row_id LIMIT 1)) FROM outgoing_hooks WHERE waiting > 0`;
    return this.#sql.values<number>(sql).get();
  }

  /** Returns the number of queued events of all webhooks. */
  waiting(): number {
    return this.#sql.values<number>("SELECT sum(waiting) FROM outgoing_hooks").get() ?? 0;
  }

  /** Returns dead letters, the oldest first. @param hook undefined: of all webhooks */
  dead(hook?: number): DeadEvent[] {
    const sql = `SELECT ${EVENT}, died_at, reason FROM hook_events
      WHERE died_at IS NOT NULL AND (@hook IS NULL OR hook = @hook) ORDER BY row_id`;
    return this.#sql.rows<DeadEvent>(sql).all({ hook });
  }

  /** Returns the numbers of dead letters by webhook, without zeros. */
  deadByHook(): ReadonlyMap<number, number> {
    const sql = "SELECT hook, count(*) AS count FROM hook_events WHERE died_at IS NOT NULL GROUP BY hook";
    const counts = this.#sql.rows<{ hook: number; count: number }>(sql).all();
    return new Map(counts.map(({ hook, count }) => [hook, count]));
  }

  /** Puts a dead letter back into its place in the queue. Returns false if there is none. */
  retry(rowId: number, until: number): boolean {
    const sql = `UPDATE hook_events SET died_at = NULL, reason = NULL, until = ?
      WHERE row_id = ? AND died_at IS NOT NULL`;
    return this.#sql.changes(sql, until, rowId) > 0;
  }

  /** Deletes a dead letter. Returns false if there is none. */
  drop(rowId: number): boolean {
    return this.#sql.changes("DELETE FROM hook_events WHERE row_id = ? AND died_at IS NOT NULL", rowId) > 0;
  }
}
