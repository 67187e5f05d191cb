/** Whether all who tell in which states rows are tell the same: `outbox list`, the metrics, readiness and the trace. */
import type { Metrics } from "../../../component/metrics.js";
import type { Outbox } from "../../../component/outbox/outbox.js";
import { CallLog } from "../../../storage/call-log.js";
import type { Database } from "../../../storage/database.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { OutboxStore } from "../../../storage/outbox-store.js";

/** What is known of the outbox without asking it. */
export interface Truth {
  readonly isUp: boolean;
  /** Whether the disk takes what is to be noted. */
  readonly isNoted: boolean;
  /** Whether nothing is on its way: then nothing waits if the outbox is ready. */
  readonly isQuiet: boolean;
  /** Requests that were told on this stream that all of their stanzas are acknowledged. */
  readonly confirmed: ReadonlySet<string>;
  /** All requests that were accepted. */
  readonly accepted: readonly string[];
}

/** @returns what differs */
export async function disagreements(
  db: Database,
  outbox: Outbox,
  metrics: Metrics,
  { isUp, isNoted, isQuiet, confirmed, accepted }: Truth,
): Promise<string[]> {
  const json = await metrics.registry.getMetricsAsJSON();
  const counted = ["stanzas", "bytes", "parked_stanzas", "dead_letters"]
    .map((name) => json.find((metric) => metric.name === `qtalk_outbox_${name}`)?.values[0]?.value)
    .join();
  const store = new OutboxStore(db);
  const { waiting, parked, deadLetters } = store.states();
  const listed = [waiting.stanzas, waiting.bytes, parked.stanzas, deadLetters].join();
  const rows = store.statesOf({ first: 0, last: Number.MAX_SAFE_INTEGER });
  const stored = [rows.waiting.stanzas, rows.waiting.bytes, rows.parked.stanzas, new DeadLetters(db).count];
  const faults = [];
  if (listed !== counted) faults.push(`listed ${listed}, counted ${counted}`);
  if (listed !== stored.join()) faults.push(`listed ${listed}, stored ${stored.join()}`);
  if (outbox.isReady && !isUp) faults.push("ready without a link");
  if (outbox.isReady && isNoted && isQuiet && waiting.stanzas > 0)
    faults.push(`ready, and ${waiting.stanzas} wait`);
  // A story takes several looks at the disk: so it is that of the latest call.
  const stories = accepted.slice(-1).flatMap((request) => new CallLog(db, Infinity).find(request));
  for (const { request, stanzas, waiting: waits, parked: parks, ackedAt } of stories) {
    if (waits + parks > stanzas || (waits > waiting.stanzas && parks > parked.stanzas))
      faults.push(`${request}: ${waits} of ${stanzas} traced as waiting, ${parks} as parked`);
    const isOver = isNoted && confirmed.has(request);
    if (isOver && (waits + parks > 0 || ackedAt.length === 0))
      faults.push(`${request} is confirmed, and traced as waiting, or as never acknowledged`);
  }
  return faults;
}
