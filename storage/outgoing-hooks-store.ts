/** Stores outgoing webhooks. Secrets are stored in plain text, because the component signs events with them. */
import { Store } from "./sql.js";

/** A row of the table `outgoing_hooks`: a webhook, with the state of its deliveries. */
export interface StoredOutgoingHook {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  readonly secret: string;
  readonly events: readonly string[];
  readonly rooms: readonly string[] | undefined;
  readonly pattern: string | undefined;
  readonly onlyMentions: boolean;
  readonly form: string;
  readonly inner: readonly string[];
  readonly bot: string | undefined;
  readonly madeAt: number;
  readonly waiting: number;
  readonly bytes: number;
  readonly failures: number;
  readonly retryAt: number;
  readonly fault: string | undefined;
}

type DeliveryState = "waiting" | "bytes" | "failures" | "retryAt" | "fault";
export type NewOutgoingHook = Omit<StoredOutgoingHook, "id" | DeliveryState>;

export class OutgoingHooksStore extends Store {
  find(id: number): StoredOutgoingHook | undefined {
    return this.sql.rows<StoredOutgoingHook>("SELECT * FROM outgoing_hooks WHERE id = ?").get(id);
  }

  named(name: string): StoredOutgoingHook | undefined {
    return this.sql.rows<StoredOutgoingHook>("SELECT * FROM outgoing_hooks WHERE name = ?").get(name);
  }

  /** Returns all webhooks, sorted by name. */
  list(): StoredOutgoingHook[] {
    return this.sql.rows<StoredOutgoingHook>("SELECT * FROM outgoing_hooks ORDER BY name").all();
  }

  count(): number {
    return this.sql.count("outgoing_hooks");
  }

  /** Adds a webhook. @returns the webhook's id */
  add(made: NewOutgoingHook): number {
    return this.sql.insert("outgoing_hooks", made);
  }

  /** Changes where and what a webhook delivers. Queued events are delivered to the new URL at once. */
  set(id: number, changed: Omit<NewOutgoingHook, "name" | "secret" | "bot" | "madeAt">): void {
    this.sql.update("outgoing_hooks", { id }, { ...changed, retryAt: 0 });
  }

  rotate(id: number, secret: string): void {
    this.sql.update("outgoing_hooks", { id }, { secret });
  }

  /** Stores the outcome of a delivery. */
  tried(id: number, outcome: Pick<StoredOutgoingHook, "failures" | "retryAt" | "fault">): void {
    this.sql.update("outgoing_hooks", { id }, outcome);
  }

  /** Makes a webhook's queued events due now, even after failures. */
  hurry(id: number): void {
    this.sql.update("outgoing_hooks", { id }, { retryAt: 0 });
  }

  /** Deletes a webhook with its queued events and dead letters. */
  remove(id: number): void {
    this.sql.delete("outgoing_hooks", { id });
  }
}
