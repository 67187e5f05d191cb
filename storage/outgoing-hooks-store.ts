/** Stores outgoing webhooks, with secrets in plain text, as they sign. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

export interface StoredOutgoingHook {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  /** whsec_ and Base64 (Standard Webhooks). */
  readonly secret: string;
  /** The kinds of events that it wants. */
  readonly events: readonly string[];
  /** Bare addresses; undefined: all rooms. */
  readonly rooms: readonly string[] | undefined;
  /** The pattern of texts; undefined: all. */
  readonly pattern: string | undefined;
  /** Whether it wants only room messages that mention its bot. */
  readonly onlyMentions: boolean;
  readonly form: string;
  /** Private addresses and networks that are allowed. */
  readonly inner: readonly string[];
  /** The localpart of the bot that sends replies; undefined: none. */
  readonly bot: string | undefined;
  /** Milliseconds since 1970, as all times here. */
  readonly madeAt: number;
  /** The number of queued events, and their bytes. */
  readonly waiting: number;
  readonly bytes: number;
  /** Failures in a row. */
  readonly failures: number;
  /** When to try next. */
  readonly retryAt: number;
  /** Why the last try failed. */
  readonly fault: string | undefined;
}

export type NewOutgoingHook = Omit<
  StoredOutgoingHook,
  "id" | "waiting" | "bytes" | "failures" | "retryAt" | "fault"
>;

type RawHook = Omit<StoredOutgoingHook, "events" | "rooms" | "inner"> & {
  readonly events: string;
  readonly rooms: string | undefined;
  readonly inner: string;
};

export class OutgoingHooksStore {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  /** A number that changes whenever another connection has changed the database. */
  get version(): number {
    return this.#sql.version;
  }

  find(id: number): StoredOutgoingHook | undefined {
    return this.#read("WHERE id = ?", id)[0];
  }

  named(name: string): StoredOutgoingHook | undefined {
    return this.#read("WHERE name = ?", name)[0];
  }

  /** Returns all webhooks, sorted by name. */
  list(): StoredOutgoingHook[] {
    return this.#read("ORDER BY name");
  }

  count(): number {
    return this.#sql.count("outgoing_hooks");
  }

  /** Adds a webhook. @returns its id */
  add(made: NewOutgoingHook): number {
    const { name, url, secret, events, rooms, pattern, onlyMentions, form, inner, bot, madeAt } = made;
    const { lastInsertRowid } = this.#sql.run(
      `INSERT INTO outgoing_hooks (name, url, secret, events, rooms, pattern, only_mentions, form, inner, bot, made_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[
        name,
        url,
        secret,
        events.join(","),
        rooms?.join("\n"),
        pattern,
        onlyMentions,
        form,
        inner.join("\n"),
        bot,
        madeAt,
      ],
    );
    return Number(lastInsertRowid);
  }

  /** Replaces the secret. */
  rotate(id: number, secret: string): void {
    this.#sql.run("UPDATE outgoing_hooks SET secret = ? WHERE id = ?", secret, id);
  }

  /** Stores the outcome of a try. */
  tried(id: number, outcome: Pick<StoredOutgoingHook, "failures" | "retryAt" | "fault">): void {
    const { failures, retryAt, fault } = outcome;
    const sql = "UPDATE outgoing_hooks SET failures = ?, retry_at = ?, fault = ? WHERE id = ?";
    this.#sql.run(sql, failures, retryAt, fault, id);
  }

  /** Makes queued events due now. */
  hurry(id: number): void {
    this.#sql.run("UPDATE outgoing_hooks SET retry_at = 0 WHERE id = ?", id);
  }

  /** Deletes a webhook with its queue. */
  remove(id: number): void {
    this.#sql.run("DELETE FROM outgoing_hooks WHERE id = ?", id);
  }

  #read(which: string, ...values: readonly (string | number)[]): StoredOutgoingHook[] {
    const raw = this.#sql.rows<RawHook>(`SELECT * FROM outgoing_hooks ${which}`).all(...values);
    return raw.map(({ events, rooms, inner, ...rest }) => ({
      ...rest,
      events: events.split(","),
      rooms: rooms?.split("\n"),
      inner: inner === "" ? [] : inner.split("\n"),
    }));
  }
}
