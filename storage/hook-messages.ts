/** Stores the messages of incoming webhooks: their delivery, fingerprints of repeated posts, messages to correct. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

export interface HookMessage {
  /** The stanza's id. */
  readonly id: string;
  /** The webhook's id. */
  readonly hook: string;
  readonly receiver: string;
  /** Recognises a repeated post; undefined: never a repeat. */
  readonly fingerprint: Buffer | undefined;
  /** Its first row in the outbox; undefined: there was no receiver, or it went to a room of another service. */
  readonly call: number | undefined;
  /** The id of the request that posted it. */
  readonly request: string | undefined;
  /** Milliseconds since 1970. */
  readonly acceptedAt: number;
  /** The condition of the error that came back. */
  readonly bounce: string | undefined;
}

/** A message to a room of another service, for a trace. */
export interface RemoteMessage extends Pick<HookMessage, "receiver" | "acceptedAt" | "bounce"> {
  /** The name of its webhook. */
  readonly name: string;
  readonly sentAt: number | undefined;
  /** When the room reflected or refused it. */
  readonly doneAt: number | undefined;
  /** Whether it waits for the room. */
  readonly isWaiting: boolean;
  /** Why the bot is not inside. */
  readonly reason: string | undefined;
}

/** How many of the oldest messages to check for their age, and after how many new ones. */
const PRUNE_SLICE = 64;
const PRUNE_EVERY = 16;

export class HookMessages {
  readonly #sql: Sql;
  #puts = 0;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  /** Adds a message, inside a transaction. @param keptFrom older messages are deleted, some at a time */
  put(
    { id, hook, receiver, fingerprint, call, request, acceptedAt }: Omit<HookMessage, "bounce">,
    keptFrom: number,
  ): void {
    this.#sql.run(
      `INSERT INTO hook_messages (id, hook, receiver, fingerprint, call, request, accepted_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ...[id, hook, receiver, fingerprint, call, request, acceptedAt],
    );
    if (this.#puts++ % PRUNE_EVERY !== 0) return;
    const sql = `DELETE FROM hook_messages WHERE accepted_at < ? AND rowid IN
      (SELECT rowid FROM hook_messages ORDER BY rowid LIMIT ?)`;
    this.#sql.run(sql, keptFrom, PRUNE_SLICE);
  }

  find(hook: string, id: string): HookMessage | undefined {
    return this.#sql.rows<HookMessage>("SELECT * FROM hook_messages WHERE id = ? AND hook = ?").get(id, hook);
  }

  /** Returns the messages of a request to rooms of other services. */
  remoteOf(request: string): RemoteMessage[] {
    const sql = `SELECT name, m.receiver, m.accepted_at, sent_at, done_at, bounce, reason, p.row_id IS NOT NULL AS waits
      FROM hook_messages AS m JOIN hooks ON hooks.id = hook LEFT JOIN bot_posts AS p ON p.id = m.id
      LEFT JOIN bot_rooms AS r ON r.bot = hooks.bot AND r.room = m.receiver
      WHERE request = ? AND (done_at IS NOT NULL OR p.row_id IS NOT NULL) ORDER BY m.accepted_at`;
    const found = this.#sql.rows<Omit<RemoteMessage, "isWaiting"> & { waits: number }>(sql).all(request);
    return found.map(({ waits, ...message }) => ({ ...message, isWaiting: waits > 0 }));
  }

  /** Returns the last message with this fingerprint that was accepted since then. */
  same(hook: string, fingerprint: Buffer, since: number): HookMessage | undefined {
    const sql = `SELECT * FROM hook_messages WHERE hook = ? AND fingerprint = ? AND accepted_at >= ?
      ORDER BY accepted_at DESC LIMIT 1`;
    return this.#sql.rows<HookMessage>(sql).get(hook, fingerprint, since);
  }

  /** Returns whether a webhook sent this message to this receiver. */
  isKnown(id: string, receiver: string): boolean {
    return this.#sql.has("hook_messages WHERE id = ? AND receiver = ?", id, receiver);
  }

  /** Stores a bounce. */
  bounced(id: string, receiver: string, condition: string): void {
    this.#sql.run(
      "UPDATE hook_messages SET bounce = ? WHERE id = ? AND receiver = ?",
      condition,
      id,
      receiver,
    );
  }

  /** Returns the id of the message that a group of alerts corrects. */
  group(hook: string, name: Buffer): string | undefined {
    const sql = "SELECT message FROM hook_groups WHERE hook = ? AND name = ?";
    return this.#sql.values<string>(sql).get(hook, name);
  }

  /** Stores the message of a group. @param keptFrom older groups are deleted, some at a time */
  putGroup(
    hook: string,
    name: Buffer,
    { message, at }: { readonly message: string; readonly at: number },
    keptFrom: number,
  ): void {
    this.#sql.run(
      `INSERT INTO hook_groups (hook, name, message, said_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (hook, name) DO UPDATE SET message = excluded.message, said_at = excluded.said_at`,
      ...[hook, name, message, at],
    );
    const old = "SELECT hook, name FROM hook_groups WHERE said_at < ? LIMIT ?";
    this.#sql.run(`DELETE FROM hook_groups WHERE (hook, name) IN (${old})`, keptFrom, PRUNE_SLICE);
  }

  dropGroup(hook: string, name: Buffer): void {
    this.#sql.run("DELETE FROM hook_groups WHERE hook = ? AND name = ?", hook, name);
  }
}
