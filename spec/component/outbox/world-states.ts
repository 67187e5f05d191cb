/** Whether all who tell how much is in which state tell the same, and the rows are what they say. */
import type { Metrics } from "../../../component/metrics.js";
import type { Outbox } from "../../../component/outbox/outbox.js";
import type { Database } from "../../../storage/database.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { OutboxStore } from "../../../storage/outbox-store.js";

/** @returns what differs: `outbox list`, the metrics, readiness, and the rows by which calls are traced */
export async function disagreements(
  db: Database,
  outbox: Outbox,
  metrics: Metrics,
  isUp: boolean,
): Promise<string[]> {
  const json = await metrics.registry.getMetricsAsJSON();
  const counted = ["stanzas", "bytes", "parked_stanzas", "dead_letters"]
    .map((name) => json.find((metric) => metric.name === `qtalk_outbox_${name}`)?.values[0]?.value)
    .join();
  const store = new OutboxStore(db);
  const { waiting, parked, deadLetters } = store.states();
  const listed = [waiting.stanzas, waiting.bytes, parked.stanzas, deadLetters].join();
  const rows = store.statesOf({ first: 0, last: Number.MAX_SAFE_INTEGER });
  const traced = [rows.waiting.stanzas, rows.waiting.bytes, rows.parked.stanzas].join();
  const faults = [];
  if (listed !== counted) faults.push(`listed ${listed}, counted ${counted}`);
  if (listed !== `${traced},${new DeadLetters(db).count}`) faults.push(`listed ${listed}, traced ${traced}`);
  if (outbox.isReady && !isUp) faults.push("ready without a link");
  return faults;
}
