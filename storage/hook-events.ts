/** Stores events for outgoing webhooks: queued ones and dead letters. */
import { endWork } from "./accepted-work.js";
import { Store } from "./sql.js";

/** A row of the table `hook_events`: an event in the queue of an outgoing webhook. */
export interface HookEvent {
  readonly rowId: number;
  readonly hook: number;
  readonly id: string;
  readonly body: string;
  readonly replyTo: string | undefined;
  readonly happenedAt: number;
  readonly until: number;
}

export interface DeadEvent extends HookEvent {
  readonly diedAt: number;
  readonly reason: string;
}

export interface NewHookEvent extends Omit<HookEvent, "rowId"> {
  /** The stanza-id of the room's message that the event tells: retracting the message deletes the event. */
  readonly message?: number | undefined;
}

/** The maximum number of events and bytes in the queue of one webhook. `events` also limits the dead letters. */
export interface QueueBounds {
  readonly events: number;
  readonly bytes: number;
}

const EVENT = "row_id, hook, id, body, reply_to, happened_at, until";

export class HookEvents extends Store {
  /** Queues an event, inside a transaction; false if the queue is full, or the webhook was deleted. */
  add({ hook, id, body, replyTo, happenedAt, until, message }: NewHookEvent, most: QueueBounds): boolean {
    const bytes = Buffer.byteLength(body);
    const sql = `INSERT INTO hook_events (hook, id, body, bytes, reply_to, happened_at, until, message)
      SELECT id, ?, ?, ?, ?, ?, ?, ? FROM outgoing_hooks WHERE id = ? AND waiting < ? AND bytes + ? <= ?`;
    const values = [id, body, bytes, replyTo, happenedAt, until, message];
    return this.sql.changes(sql, ...values, hook, most.events, bytes, most.bytes) > 0;
  }

  readonly first = this.sql.rows<HookEvent, [hook: number]>(
    `SELECT ${EVENT} FROM hook_events WHERE hook = ? AND died_at IS NULL ORDER BY row_id LIMIT 1`,
  ).get;
  readonly remove = endWork<[rowId: number]>(this.sql, "delivered", "WHERE row_id = ?").run;

  /**
   * Turns an event, and all overdue events of the same webhook, into dead letters, inside a transaction. Deletes the
   * webhook's oldest dead letters beyond the limit. Returns how many events became dead letters, and how many were deleted.
   */
  bury(
    { rowId, hook }: HookEvent,
    at: number,
    reason: string,
    most: QueueBounds,
  ): { buried: number; deleted: number } {
    const bury = "UPDATE hook_events SET died_at = ?, reason = ? WHERE died_at IS NULL AND";
    const buried =
      this.sql.changes(`${bury} row_id = ?`, at, reason, rowId) +
      this.sql.changes(`${bury} hook = ? AND until <= ?`, at, reason, hook, at);
    return { buried, deleted: this.#spare.changes(hook, most.events) };
  }

  readonly #spare = endWork<[hook: number, kept: number]>(
    this.sql,
    "over the limit",
    `INDEXED BY hook_events_dead
      WHERE hook = ? AND died_at IS NOT NULL ORDER BY row_id DESC LIMIT -1 OFFSET ?`,
  );

  readonly oldest = this.sql.values<number, []>(
    `SELECT min((SELECT happened_at FROM hook_events WHERE hook = outgoing_hooks.id AND died_at IS NULL
      ORDER BY row_id LIMIT 1)) FROM outgoing_hooks WHERE waiting > 0`,
  ).get;

  waiting(): number {
    return this.sql.values<number>("SELECT sum(waiting) FROM outgoing_hooks").get() ?? 0;
  }

  /** Returns the dead letters of a webhook, the oldest first. @param hook undefined: all webhooks */
  dead(hook?: number): DeadEvent[] {
    const sql = `SELECT ${EVENT}, died_at, reason FROM hook_events
      WHERE died_at IS NOT NULL AND (@hook IS NULL OR hook = @hook) ORDER BY row_id`;
    return this.sql.rows<DeadEvent>(sql).all({ hook });
  }

  /** Returns how many dead letters each webhook has, by the webhook's id; webhooks without dead letters are left out. */
  deadByHook(): ReadonlyMap<number, number> {
    const sql = "SELECT hook, count(*) AS count FROM hook_events WHERE died_at IS NOT NULL GROUP BY hook";
    const counts = this.sql.rows<{ hook: number; count: number }>(sql).all();
    return new Map(counts.map(({ hook, count }) => [hook, count]));
  }

  /** Puts a dead letter back into its webhook's queue, to be delivered until `until`; false if unknown. */
  retry(rowId: number, until: number): boolean {
    const sql = `UPDATE hook_events SET died_at = NULL, reason = NULL, until = ?
      WHERE row_id = ? AND died_at IS NOT NULL`;
    return this.sql.changes(sql, until, rowId) > 0;
  }

  readonly drop = endWork<[rowId: number]>(
    this.sql,
    "event dropped",
    "WHERE row_id = ? AND died_at IS NOT NULL",
  ).some;
}
