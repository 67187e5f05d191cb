/** The rows of hooks that are told of what happens. Their secrets are kept as they are, as they have to sign. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

export interface StoredOutgoingHook {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  /** whsec_ and Base64, as Standard Webhooks has it. */
  readonly secret: string;
  /** What it is told of. */
  readonly events: readonly string[];
  /** Bare addresses; undefined: all. */
  readonly rooms: readonly string[] | undefined;
  /** What a text has to match; undefined: anything. */
  readonly pattern: string | undefined;
  /** Whether it is told only of what names its bot, in rooms. */
  readonly onlyMentions: boolean;
  readonly form: string;
  /** Inner addresses and networks that it may be at. */
  readonly inner: readonly string[];
  /** The localpart of the address of the bot that answers; undefined: nobody does. */
  readonly bot: string | undefined;
  /** Milliseconds since 1970, as all times here. */
  readonly madeAt: number;
  /** How many events wait, and their bytes. */
  readonly waiting: number;
  readonly bytes: number;
  /** How often in a row an event wasn't taken. */
  readonly failures: number;
  /** Nothing is posted before. */
  readonly retryAt: number;
  /** Why an event wasn't taken last. */
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

  /** All, by name. */
  list(): StoredOutgoingHook[] {
    return this.#read("ORDER BY name");
  }

  count(): number {
    return this.#sql.count("outgoing_hooks");
  }

  /** @returns its id */
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

  /** Another secret in place of the last. */
  rotate(id: number, secret: string): void {
    this.#sql.run("UPDATE outgoing_hooks SET secret = ? WHERE id = ?", secret, id);
  }

  /** Notes how posting to it went: that it took something, or why not and until when it is left alone. */
  tried(id: number, outcome: Pick<StoredOutgoingHook, "failures" | "retryAt" | "fault">): void {
    const { failures, retryAt, fault } = outcome;
    const sql = "UPDATE outgoing_hooks SET failures = ?, retry_at = ?, fault = ? WHERE id = ?";
    this.#sql.run(sql, failures, retryAt, fault, id);
  }

  /** Lets what waits be posted now. */
  hurry(id: number): void {
    this.#sql.run("UPDATE outgoing_hooks SET retry_at = 0 WHERE id = ?", id);
  }

  /** Takes a hook away, with all that it was still to be told. */
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
