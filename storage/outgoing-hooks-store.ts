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
  readonly find = this.sql.rows<StoredOutgoingHook, [id: number]>("SELECT * FROM outgoing_hooks WHERE id = ?")
    .get;

  readonly named = this.sql.rows<StoredOutgoingHook, [name: string]>(
    "SELECT * FROM outgoing_hooks WHERE name = ?",
  ).get;
  readonly list = this.sql.rows<StoredOutgoingHook, []>("SELECT * FROM outgoing_hooks ORDER BY name").all;
  readonly count = this.sql.from<[]>("outgoing_hooks").count;

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

  tried(id: number, outcome: Pick<StoredOutgoingHook, "failures" | "retryAt" | "fault">): void {
    this.sql.update("outgoing_hooks", { id }, outcome);
  }

  /** Makes a webhook's queued events due now, even after failures. */
  hurry(id: number): void {
    this.sql.update("outgoing_hooks", { id }, { retryAt: 0 });
  }

  /** Deletes a webhook with its queued events and dead letters. */
  readonly remove = this.sql.write<[id: number]>("DELETE FROM outgoing_hooks WHERE id = ?").run;
}
