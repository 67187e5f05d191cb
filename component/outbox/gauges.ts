/** What of the outbox is read when metrics are asked for. */
import type { Weight } from "../../storage/outbox-row.js";
import type { Metrics } from "../metrics.js";
import type { Retention } from "./retention.js";

export interface OutboxState {
  readonly waiting: Weight;
  readonly retention: Retention;
  /** Of the oldest stanza that waits, in seconds. */
  readonly age: () => number;
}

export function outboxGauges(metrics: Metrics, { waiting, retention, age }: OutboxState): void {
  metrics.gaugeOf("qtalk_outbox_stanzas", "Stanzas waiting to be routed", () => waiting.stanzas);
  metrics.gaugeOf("qtalk_outbox_bytes", "Bytes waiting to be routed", () => waiting.bytes);
  metrics.gaugeOf("qtalk_outbox_oldest_seconds", "Age of the oldest waiting stanza", age);
  const kept = "Bytes that were confirmed and are kept in case the server restarts";
  metrics.gaugeOf("qtalk_outbox_kept_bytes", kept, () => retention.bytes);
}
