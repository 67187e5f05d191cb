/** Stores when hooks that expect posts were last posted to. Writes must run inside transactions, except `now`. */
import { Store } from "./sql.js";

/** A row of the table `heartbeats`. */
export interface Heartbeat {
  readonly hook: string;
  readonly postedAt: number;
  /** From when the period counts: later than the post by what the component was absent. */
  readonly countsFrom: number;
  readonly downMs: number;
  /** Whether it was said that no post came. */
  readonly late: boolean;
  readonly dueAt: number | undefined;
}

export class HeartbeatsStore extends Store {
  readonly find = this.sql.rows<Heartbeat, [hook: string]>("SELECT * FROM heartbeats WHERE hook = ?").get;
  readonly due = this.sql.values<string, [now: number, limit: number]>(
    "SELECT hook FROM heartbeats WHERE due_at <= ? ORDER BY due_at LIMIT ?",
  ).all;
  readonly nextDue = this.sql.values<number, []>(
    "SELECT due_at FROM heartbeats WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1",
  ).get;
  readonly some = this.sql.from<[]>("heartbeats").some;

  /** Returns those of which it wasn't said that they are late. */
  readonly awaited = this.sql.rows<Heartbeat, []>("SELECT * FROM heartbeats WHERE late = 0").all;

  /** Expects posts from now on, or as they were changed: what is due is found out at once. */
  expect(hook: string, now: number): void {
    this.sql.run(
      `INSERT INTO heartbeats (hook, posted_at, counts_from, due_at) VALUES (@hook, @now, @now, @now)
        ON CONFLICT (hook) DO UPDATE SET due_at = excluded.due_at`,
      { hook, now },
    );
  }

  /** Notes a post. @param dueAt when the next one is late; what was said about this one's lateness is due at once */
  posted(hook: string, now: number, dueAt: number): void {
    this.sql.run(
      `UPDATE heartbeats SET posted_at = @now, counts_from = @now, down_ms = 0,
        due_at = CASE WHEN late = 1 THEN @now ELSE @dueAt END WHERE hook = @hook`,
      { hook, now, dueAt },
    );
  }

  set(hook: string, changes: Partial<Omit<Heartbeat, "hook">>): void {
    this.sql.update("heartbeats", { hook }, changes);
  }

  /** Expects no more posts; what was said about lateness is due at once. */
  stop(hook: string, now: number): void {
    this.sql.run("DELETE FROM heartbeats WHERE hook = ? AND late = 0", hook);
    this.set(hook, { dueAt: now });
  }

  readonly remove = this.sql.write<[hook: string]>("DELETE FROM heartbeats WHERE hook = ?").run;

  /** Moves the times with the clock. No post is later than now. */
  clockWasSet(by: number, now: number): void {
    this.sql.run(
      `UPDATE heartbeats SET posted_at = min(posted_at + @by, @now), counts_from = min(counts_from + @by, @now),
        due_at = due_at + @by`,
      { by, now },
    );
  }

  /** Returns when the component was last running; undefined if nothing was expected then. */
  readonly runningUntil = this.sql.values<number, []>("SELECT at FROM running_until").get;

  runs(at: number): void {
    this.sql.put("running_until", ["id"], { id: 1, at });
  }

  readonly forgetRunning = this.sql.write<[]>("DELETE FROM running_until").run;
}
