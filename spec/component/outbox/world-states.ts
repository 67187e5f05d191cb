/** Compares what `outbox list`, the metrics, readiness and the trace report about the states of rows. */
import type { Metrics } from "../../../component/metrics.js";
import type { Outbox } from "../../../component/outbox/outbox.js";
import { CallLogStore } from "../../../storage/call-log.js";
import type { Database } from "../../../storage/database.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { OutboxStore } from "../../../storage/outbox-store.js";

/** What the test knows about the outbox without asking it. */
export interface Truth {
  /** Whether the link is up. */
  readonly isUp: boolean;
  /** Whether the database can be written. */
  readonly isNoted: boolean;
  /** Whether no stanza or response is on its way. If so, and if the outbox is ready, no row may be waiting. */
  readonly isQuiet: boolean;
  /** The ids of the requests that were confirmed on the present stream: all of their stanzas are acknowledged. */
  readonly confirmed: ReadonlySet<string>;
  /** The ids of all accepted requests. */
  readonly accepted: readonly string[];
}

/** Returns the differences as texts; empty if all reports agree. */
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
  const { waiting, parked } = store.states();
  const listed = [waiting.stanzas, waiting.bytes, parked.stanzas, new DeadLetters(db).count].join();
  const faults = [];
  // While the database can't be written, it has rows that are acknowledged or parked.
  if (isNoted && listed !== counted) faults.push(`listed ${listed}, counted ${counted}`);
  if (outbox.isReady && !isUp) faults.push("ready without a link");
  if (outbox.isReady && isNoted && isQuiet && waiting.stanzas > 0)
    faults.push(`ready, and ${waiting.stanzas} wait`);
  // Reading a call's history takes several queries, so that only the last call's history is compared.
  const stories = accepted.slice(-1).flatMap((request) => new CallLogStore(db, Infinity).find(request));
  for (const { request, stanzas, waiting: waits, parked: parks, ackedAt } of stories) {
    if (waits + parks > stanzas || (waits > waiting.stanzas && parks > parked.stanzas))
      faults.push(`${request}: ${waits} of ${stanzas} traced as waiting, ${parks} as parked`);
    const isOver = isNoted && confirmed.has(request);
    if (isOver && (waits + parks > 0 || ackedAt.length === 0))
      faults.push(`${request} is confirmed, and traced as waiting, or as never acknowledged`);
  }
  return faults;
}
