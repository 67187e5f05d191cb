/** Stores outgoing webhooks. Secrets are stored in plain text, because the component signs events with them. */
import { Store } from "./sql.js";

/** An outgoing webhook, with the state of its deliveries. Times are in milliseconds since 1970. */
export interface StoredOutgoingHook {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  /** The key of signatures: "whsec_" and Base64, as in Standard Webhooks. */
  readonly secret: string;
  /** The kinds of events that are delivered. */
  readonly events: readonly string[];
  /** The bare addresses of the rooms whose events are delivered; undefined: all rooms. */
  readonly rooms: readonly string[] | undefined;
  /** The pattern that a message's text must match to be delivered; undefined: all messages are delivered. */
  readonly pattern: string | undefined;
  /** Whether room messages are delivered only if they mention the webhook's bot. */
  readonly onlyMentions: boolean;
  readonly form: string;
  /** The private addresses and networks to which the webhook may connect. */
  readonly inner: readonly string[];
  /** The localpart of the address of the bot that sends replies; undefined: replies are ignored. */
  readonly bot: string | undefined;
  readonly madeAt: number;
  /** How many events are queued. */
  readonly waiting: number;
  /** The size of the queued events' payloads, in bytes. */
  readonly bytes: number;
  /** How many deliveries have failed since the last one that succeeded. */
  readonly failures: number;
  /** When the next delivery may be tried. */
  readonly retryAt: number;
  /** Why the last delivery failed; undefined if it succeeded. */
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

export class OutgoingHooksStore extends Store {
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
    return this.sql.count("outgoing_hooks");
  }

  /** Adds a webhook. @returns the webhook's id */
  add(made: NewOutgoingHook): number {
    const { name, url, secret, events, rooms, pattern, onlyMentions, form, inner, bot, madeAt } = made;
    const { lastInsertRowid } = this.sql.run(
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

  /** Changes where and what a webhook delivers. Queued events are delivered to the new URL at once. */
  set(
    id: number,
    changed: Pick<
      NewOutgoingHook,
      "url" | "events" | "rooms" | "pattern" | "onlyMentions" | "form" | "inner"
    >,
  ): void {
    const { url, events, rooms, pattern, onlyMentions, form, inner } = changed;
    this.sql.run(
      `UPDATE outgoing_hooks SET url = ?, events = ?, rooms = ?, pattern = ?, only_mentions = ?, form = ?, inner = ?,
        retry_at = 0 WHERE id = ?`,
      ...[url, events.join(","), rooms?.join("\n"), pattern, onlyMentions, form, inner.join("\n"), id],
    );
  }

  rotate(id: number, secret: string): void {
    this.sql.run("UPDATE outgoing_hooks SET secret = ? WHERE id = ?", secret, id);
  }

  /** Stores the outcome of a delivery. */
  tried(id: number, outcome: Pick<StoredOutgoingHook, "failures" | "retryAt" | "fault">): void {
    const { failures, retryAt, fault } = outcome;
    const sql = "UPDATE outgoing_hooks SET failures = ?, retry_at = ?, fault = ? WHERE id = ?";
    this.sql.run(sql, failures, retryAt, fault, id);
  }

  /** Makes a webhook's queued events due now, even after failures. */
  hurry(id: number): void {
    this.sql.run("UPDATE outgoing_hooks SET retry_at = 0 WHERE id = ?", id);
  }

  /** Deletes a webhook with its queued events and dead letters. */
  remove(id: number): void {
    this.sql.run("DELETE FROM outgoing_hooks WHERE id = ?", id);
  }

  #read(which: string, ...values: readonly (string | number)[]): StoredOutgoingHook[] {
    const raw = this.sql.rows<RawHook>(`SELECT * FROM outgoing_hooks ${which}`).all(...values);
    return raw.map(({ events, rooms, inner, ...rest }) => ({
      ...rest,
      events: events.split(","),
      rooms: rooms?.split("\n"),
      inner: inner === "" ? [] : inner.split("\n"),
    }));
  }
}
