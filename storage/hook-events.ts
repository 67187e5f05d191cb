/** What hooks are still to be told, in order for each, and what none of them would take. */
import type { Database } from "./database.js";

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

interface RawEvent {
  seq: number;
  hook: number;
  id: string;
  body: string;
  reply_to: string | null;
  happened_at: number;
  until: number;
  died_at: number | null;
  reason: string | null;
}

export class HookEvents {
  readonly #db: Database;
  readonly #add;
  readonly #first;
  readonly #remove;
  readonly #bury;
  readonly #burySince;
  readonly #trim;
  readonly #oldest;

  constructor(db: Database) {
    this.#db = db;
    this.#add = db.prepare<(string | number | null)[]>(
      `INSERT INTO hook_events (hook, id, body, bytes, reply_to, happened_at, until)
        SELECT id, ?, ?, ?, ?, ?, ? FROM outgoing_hooks WHERE id = ? AND waiting < ? AND bytes + ? <= ?`,
    );
    this.#first = db.prepare<[number], RawEvent>(
      "SELECT * FROM hook_events WHERE hook = ? AND died_at IS NULL ORDER BY seq LIMIT 1",
    );
    this.#remove = db.prepare<[number]>("DELETE FROM hook_events WHERE seq = ?");
    this.#bury = db.prepare<[number, string, number]>(
      "UPDATE hook_events SET died_at = ?, reason = ? WHERE seq = ? AND died_at IS NULL",
    );
    this.#burySince = db.prepare<[number, string, number, number]>(
      "UPDATE hook_events SET died_at = ?, reason = ? WHERE hook = ? AND died_at IS NULL AND until <= ?",
    );
    this.#trim = db.prepare<[number, number]>(
      `DELETE FROM hook_events WHERE seq IN (SELECT seq FROM hook_events INDEXED BY hook_events_dead
        WHERE hook = ? AND died_at IS NOT NULL ORDER BY seq DESC LIMIT -1 OFFSET ?)`,
    );
    this.#oldest = db
      .prepare<[], number | null>(
        `SELECT min((SELECT happened_at FROM hook_events WHERE hook = outgoing_hooks.id AND died_at IS NULL
          ORDER BY seq LIMIT 1)) FROM outgoing_hooks WHERE waiting > 0`,
      )
      .pluck();
  }

  /**
   * Puts an event at the end of a hook's queue; inside a transaction, as all that writes.
   * @returns false where the queue is full, or the hook is gone
   */
  add(event: NewHookEvent, most: QueueBounds): boolean {
    const { hook, id, body, replyTo, happenedAt, until } = event;
    const bytes = Buffer.byteLength(body);
    const values = [id, body, bytes, replyTo ?? null, happenedAt, until];
    return this.#add.run(...values, hook, most.events, bytes, most.bytes).changes > 0;
  }

  /** What a hook is to be told next. */
  first(hook: number): HookEvent | undefined {
    const raw = this.#first.get(hook);
    return raw && event(raw);
  }

  remove(seq: number): void {
    this.#remove.run(seq);
  }

  /**
   * Sets an event aside, and all of its hook's whose time is over.
   * @returns how many
   */
  bury({ seq, hook }: HookEvent, at: number, reason: string, most: QueueBounds): number {
    const buried =
      this.#bury.run(at, reason, seq).changes + this.#burySince.run(at, reason, hook, at).changes;
    this.#trim.run(hook, most.events);
    return buried;
  }

  /** When the oldest that waits happened; undefined where none does. */
  oldest(): number | undefined {
    return this.#oldest.get() ?? undefined;
  }

  /** How many wait for all hooks. */
  waiting(): number {
    return this.#db.prepare<[], number | null>("SELECT sum(waiting) FROM outgoing_hooks").pluck().get() ?? 0;
  }

  /** What is set aside, the oldest first. @param hook its hook; undefined: any */
  dead(hook?: number): DeadEvent[] {
    const where = hook === undefined ? "" : "AND hook = ?";
    const sql = `SELECT * FROM hook_events WHERE died_at IS NOT NULL ${where} ORDER BY seq`;
    const raws = this.#db.prepare<number[], RawEvent>(sql).all(...(hook === undefined ? [] : [hook]));
    return raws.map((raw) => ({ ...event(raw), diedAt: raw.died_at ?? 0, reason: raw.reason ?? "" }));
  }

  /** How many are set aside, by the hook's id; 0 is left out. */
  deadByHook(): ReadonlyMap<number, number> {
    const sql = "SELECT hook, count(*) FROM hook_events WHERE died_at IS NOT NULL GROUP BY hook";
    return new Map(this.#db.prepare<[], [number, number]>(sql).raw().all());
  }

  /** Puts an event that was set aside back to its place, to be tried until then; false where there is none. */
  retry(seq: number, until: number): boolean {
    const sql =
      "UPDATE hook_events SET died_at = NULL, reason = NULL, until = ? WHERE seq = ? AND died_at IS NOT NULL";
    return this.#db.prepare<[number, number]>(sql).run(until, seq).changes > 0;
  }

  /** Deletes an event that was set aside; false where there is none. */
  drop(seq: number): boolean {
    const sql = "DELETE FROM hook_events WHERE seq = ? AND died_at IS NOT NULL";
    return this.#db.prepare<[number]>(sql).run(seq).changes > 0;
  }
}

function event(raw: RawEvent): HookEvent {
  const { seq, hook, id, body, reply_to: replyTo, happened_at: happenedAt, until } = raw;
  return { seq, hook, id, body, replyTo: replyTo ?? undefined, happenedAt, until };
}
