/**
 * Stores the latest messages of incoming webhooks, and the message about each group of alerts. Times are in
 * milliseconds since 1970.
 */
import { Store } from "./sql.js";

/**
 * What became of a message for good:
 * - `stored`: a room here keeps it; nobody was in the room, so nothing was sent
 * - `confirmed`: a room of another service sent it back
 * - `refused`: such a room refused it, or the bot can't enter
 * - `bounced`: an error came back
 * - `dead letter`, `dropped`: the server doesn't accept it; an operator has dropped it since
 */
export type DecidedOutcome = "stored" | "confirmed" | "refused" | "bounced" | "dead letter" | "dropped";

/** The decision about a message. */
export interface Decision {
  readonly outcome: DecidedOutcome;
  /** The condition of the error that came back (RFC 6120 §8.3.3). */
  readonly condition?: string | undefined;
  /** Why the message wasn't delivered, as a message for operators. */
  readonly reason?: string | undefined;
}

/** A message of an incoming webhook. `outcome` is undefined until it is decided; see component/hooks/outcome.ts. */
export interface HookMessage extends Pick<Decision, "condition" | "reason"> {
  /** The id of the message's stanza. */
  readonly id: string;
  readonly hook: string;
  /** The bare address of a room or a user. */
  readonly receiver: string;
  /** The hash by which a repeated post is recognised; undefined: the post never counts as repeated. */
  readonly fingerprint: Buffer | undefined;
  /** The message's first row in the outbox; undefined: no stanza was queued, or the room is one of another service. */
  readonly call: number | undefined;
  /** The id of the HTTP request that posted the message. */
  readonly request: string | undefined;
  readonly acceptedAt: number;
  readonly outcome?: DecidedOutcome | undefined;
}

/** A message to a room of another service, for `outbox trace`. */
export interface RemoteMessage extends Pick<HookMessage, "receiver" | "acceptedAt" | keyof Decision> {
  readonly name: string;
  /** When the message was last sent to the room. */
  readonly sentAt: number | undefined;
  /** When the outcome was decided; undefined: the message waits for the bot to enter, or for the room's answer. */
  readonly doneAt: number | undefined;
  /** Why the bot is outside the room now; undefined if the bot is inside. */
  readonly trouble: string | undefined;
}

/** The maximum number of messages, or of groups, that one call deletes. */
const PRUNE_SLICE = 64;
/** How many messages are added between two deletions of old messages. */
const PRUNE_EVERY = 16;

export class HookMessages extends Store {
  /** How many messages this object has added. */
  #puts = 0;

  /** Adds a message, inside a transaction, and deletes some messages older than the time `keptFrom`. */
  put(
    { id, hook, receiver, fingerprint, call, request, acceptedAt, outcome }: HookMessage,
    keptFrom: number,
  ): void {
    this.sql.run(
      `INSERT INTO hook_messages (id, hook, receiver, fingerprint, call, request, accepted_at, outcome)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, hook, receiver, fingerprint, call, request, acceptedAt, outcome],
    );
    if (this.#puts++ % PRUNE_EVERY !== 0) return;
    const sql = `DELETE FROM hook_messages WHERE accepted_at < ? AND rowid IN
      (SELECT rowid FROM hook_messages ORDER BY rowid LIMIT ?)`;
    this.sql.run(sql, keptFrom, PRUNE_SLICE);
  }

  find(hook: string, id: string): HookMessage | undefined {
    return this.sql.rows<HookMessage>("SELECT * FROM hook_messages WHERE id = ? AND hook = ?").get(id, hook);
  }

  /** Returns a webhook's last message. */
  last(hook: string): HookMessage | undefined {
    const sql = "SELECT * FROM hook_messages WHERE hook = ? ORDER BY accepted_at DESC, rowid DESC LIMIT 1";
    return this.sql.rows<HookMessage>(sql).get(hook);
  }

  /** Returns the messages that an HTTP request sent to rooms of other services. @param request the request's id */
  remoteOf(request: string): RemoteMessage[] {
    const sql = `SELECT name, m.receiver, m.accepted_at, sent_at, done_at, m.outcome, m.condition, m.reason, r.reason AS trouble
      FROM hook_messages AS m JOIN hooks ON hooks.id = hook LEFT JOIN bot_posts AS p ON p.id = m.id
      LEFT JOIN bot_rooms AS r ON r.bot = hooks.bot AND r.room = m.receiver
      WHERE request = ? AND (done_at IS NOT NULL OR p.row_id IS NOT NULL) ORDER BY m.accepted_at`;
    return this.sql.rows<RemoteMessage>(sql).all(request);
  }

  /** Returns a webhook's last message with this fingerprint since this time. */
  same(hook: string, fingerprint: Buffer, since: number): HookMessage | undefined {
    const sql = `SELECT * FROM hook_messages WHERE hook = ? AND fingerprint = ? AND accepted_at >= ?
      ORDER BY accepted_at DESC LIMIT 1`;
    return this.sql.rows<HookMessage>(sql).get(hook, fingerprint, since);
  }

  /** Whether a webhook sent this message to this receiver. */
  isKnown(id: string, receiver: string): boolean {
    return this.sql.has("hook_messages WHERE id = ? AND receiver = ?", id, receiver);
  }

  /** Stores what became of a message, unless that is decided already. */
  decide(id: string, { outcome, condition, reason }: Decision): void {
    const sql =
      "UPDATE hook_messages SET outcome = ?, condition = ?, reason = ? WHERE id = ? AND outcome IS NULL";
    this.sql.run(sql, outcome, condition, reason, id);
  }

  /** Stores when a message was sent to a room of another service, and when the room's answer was known. */
  noteTimes(id: string, sentAt: number | undefined, doneAt: number): void {
    this.sql.run("UPDATE hook_messages SET sent_at = ?, done_at = ? WHERE id = ?", sentAt, doneAt, id);
  }

  /** Stores that the server doesn't accept a message. @param call the first row of the message's call */
  died(call: number, reason: string): void {
    const sql =
      "UPDATE hook_messages SET outcome = 'dead letter', reason = ? WHERE call = ? AND outcome IS NULL";
    this.sql.run(sql, reason, call);
  }

  /** Stores that a dead letter, the last one of its call, was put back into the outbox, as the row `row`. */
  revived(call: number, row: number): void {
    const sql =
      "UPDATE hook_messages SET outcome = NULL, reason = NULL, call = ? WHERE call = ? AND outcome = 'dead letter'";
    this.sql.run(sql, row, call);
  }

  /** Stores that a dead letter was dropped. A program may then post the message again. */
  dropped(call: number): void {
    const sql = `UPDATE hook_messages SET outcome = 'dropped', fingerprint = NULL
      WHERE call = ? AND outcome = 'dead letter'`;
    this.sql.run(sql, call);
  }

  /** Returns the id of the message about the alert group with the hash `name`. Later alerts correct this message. */
  group(hook: string, name: Buffer): string | undefined {
    const sql = "SELECT message FROM hook_groups WHERE hook = ? AND name = ?";
    return this.sql.values<string>(sql).get(hook, name);
  }

  /** Stores which message is about the group of alerts with the hash `name`. Deletes some groups before `keptFrom`. */
  putGroup(
    hook: string,
    name: Buffer,
    { message, at }: { readonly message: string; readonly at: number },
    keptFrom: number,
  ): void {
    this.sql.run(
      `INSERT INTO hook_groups (hook, name, message, said_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (hook, name) DO UPDATE SET message = excluded.message, said_at = excluded.said_at`,
      ...[hook, name, message, at],
    );
    const old = "SELECT hook, name FROM hook_groups WHERE said_at < ? LIMIT ?";
    this.sql.run(`DELETE FROM hook_groups WHERE (hook, name) IN (${old})`, keptFrom, PRUNE_SLICE);
  }

  dropGroup(hook: string, name: Buffer): void {
    this.sql.run("DELETE FROM hook_groups WHERE hook = ? AND name = ?", hook, name);
  }
}
