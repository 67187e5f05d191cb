/** Samples of the metrics for the console's plots: one every five seconds, kept in memory for an hour. */
import type { Metrics } from "../../component/metrics.js";
import { CALL_SECONDS } from "../call-log.js";
import { errcodeNameOf } from "../errcodes.js";
import type { Point, Totals } from "./page/types.js";

/** The time between two samples, in seconds. */
export const STEP_SECONDS = 5;
const MAX_SAMPLES = 3600 / STEP_SECONDS;

/** The counters at one time. A sample is the difference between two of these. */
interface Counts extends Totals {
  /** Milliseconds of performance.now(). */
  readonly at: number;
  /** The counts of calls, by endpoint and errcode, as JSON. */
  readonly calls: ReadonlyMap<string, number>;
  /** The number of answered ack requests, and the sum of their round trips in seconds. */
  readonly acks: number;
  readonly ackSeconds: number;
}

interface Value {
  readonly value: number;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  /** The full name of a histogram's value: NAME_count, NAME_sum or NAME_bucket. */
  readonly metricName?: string;
}

export class Samples {
  /** All samples, oldest first. */
  readonly all: Point[] = [];
  #last: Counts | undefined;
  #roundTrip: number | null = null;

  constructor(private readonly metrics: Metrics) {}

  /** How many stanzas were counted until the last sample. */
  get totals(): Totals {
    const { accepted = 0, acknowledged = 0, bounced = 0 } = this.#last ?? {};
    return { accepted, acknowledged, bounced };
  }

  /** The latest round trip of an ack request, in milliseconds; null if none is known yet. */
  get roundTrip(): number | null {
    return this.#roundTrip;
  }

  /** Takes a sample. The first call only has nothing to compare with. */
  async take(): Promise<void> {
    const before = this.#last;
    const now = await this.#counts();
    this.#last = now;
    if (before === undefined) return;
    const rate = (after: number, earlier: number): number =>
      rounded(((after - earlier) / (now.at - before.at)) * 1000);
    const acks = now.acks - before.acks;
    const roundTrip = acks > 0 ? rounded(((now.ackSeconds - before.ackSeconds) / acks) * 1000) : null;
    this.#roundTrip = roundTrip ?? this.#roundTrip;
    const calls = new Map<string, number>();
    const refused = new Map<string, number>();
    for (const [key, count] of now.calls) {
      const grown = rate(count, before.calls.get(key) ?? 0);
      const [endpoint, errcode] = JSON.parse(key) as [string, number];
      if (grown === 0) continue;
      const add = (to: Map<string, number>, name: string) =>
        to.set(name, rounded((to.get(name) ?? 0) + grown));
      add(calls, endpoint);
      if (errcode !== 0) add(refused, errcodeNameOf(errcode));
    }
    this.all.push({
      at: Date.now(),
      calls: Object.fromEntries(calls),
      refused: Object.fromEntries(refused),
      waiting: await this.valueOf("qtalk_outbox_stanzas"),
      oldest: rounded(await this.valueOf("qtalk_outbox_oldest_seconds")),
      openAlerts: await this.alertsIn("open", "silenced"),
      takenAlerts: await this.alertsIn("taken"),
      accepted: rate(now.accepted, before.accepted),
      acknowledged: rate(now.acknowledged, before.acknowledged),
      bounced: rate(now.bounced, before.bounced),
      roundTrip,
    });
    if (this.all.length > MAX_SAMPLES) this.all.shift();
  }

  async #counts(): Promise<Counts> {
    const calls = (await this.#valuesOf(CALL_SECONDS, "_count")).map(
      ({ labels: { endpoint = "", errcode = 0 }, value }) =>
        [JSON.stringify([endpoint, Number(errcode)]), value] as const,
    );
    return {
      at: performance.now(),
      calls: new Map(calls),
      acks: await this.valueOf("qtalk_ack_seconds", "_count"),
      ackSeconds: await this.valueOf("qtalk_ack_seconds", "_sum"),
      accepted: await this.valueOf("qtalk_outbox_accepted_total"),
      acknowledged: await this.valueOf("qtalk_stanzas_acknowledged_total"),
      bounced: await this.valueOf("qtalk_bounces_total"),
    };
  }

  /** Returns the sum of a metric's values; 0 if the metric doesn't exist. */
  async valueOf(name: string, suffix = ""): Promise<number> {
    return (await this.#valuesOf(name, suffix)).reduce((sum, { value }) => sum + value, 0);
  }

  /** Returns how many alerts are in one of these states. */
  async alertsIn(...states: readonly ("open" | "taken" | "silenced")[]): Promise<number> {
    const all = await this.#valuesOf("qtalk_alerts", "");
    const isIn = ({ labels }: Value): boolean => states.some((state) => labels.state === state);
    return all.filter(isIn).reduce((sum, { value }) => sum + value, 0);
  }

  async #valuesOf(name: string, suffix: string): Promise<Value[]> {
    const metric = this.metrics.registry.getSingleMetric<string>(name);
    const values: readonly Value[] = (await metric?.get())?.values ?? [];
    return values.filter(({ metricName = name }) => metricName === name + suffix);
  }
}

/** Rounds to thousandths, which keeps the answers short. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
