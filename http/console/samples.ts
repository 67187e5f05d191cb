/** Samples of the metrics for the console's plots: one every five seconds, kept in memory for an hour. */
import type { Metrics } from "../../component/metrics.js";
import { kindOf } from "../call-records.js";
import { CALL_SECONDS } from "../metrics.js";
import type { Point, Totals } from "./page/types.js";

/** The time between two samples, in seconds. */
export const STEP_SECONDS = 5;
const HOUR_SECONDS = 3600;
export const MAX_SAMPLES = HOUR_SECONDS / STEP_SECONDS;

/** The counters at one time. A sample is the difference between two of these. */
interface Counts extends Totals {
  /** Milliseconds of performance.now(). */
  readonly at: number;
  /** The counts of calls, by endpoint and errcode. */
  readonly calls: ReadonlyMap<string, Called>;
  /** The number of answered ack requests, and the sum of their round trips in seconds. */
  readonly acks: { readonly count: number; readonly seconds: number };
}

interface Called {
  readonly endpoint: string;
  readonly errcode: number;
  readonly count: number;
}

interface Value {
  readonly value: number;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  /** The full name of a histogram's value: NAME_count, NAME_sum or NAME_bucket. */
  readonly metricName?: string;
}

export class Samples {
  readonly #samples: Point[] = [];
  #last: Counts | undefined;
  #roundTrip: number | null = null;

  constructor(private readonly metrics: Metrics) {}

  /** All samples, oldest first. */
  get all(): readonly Point[] {
    return this.#samples;
  }

  /** How many stanzas were counted until the last sample. */
  get totals(): Totals {
    const { accepted = 0, acknowledged = 0, bounced = 0 } = this.#last ?? {};
    return { accepted, acknowledged, bounced };
  }

  /** The latest round trip of an ack request, in milliseconds; null if none is known yet. */
  get roundTrip(): number | null {
    return this.#roundTrip;
  }

  /** Takes a sample. @returns undefined on the first call, which has no earlier counters to compare */
  async take(): Promise<Point | undefined> {
    const before = this.#last;
    const now = await this.#counts();
    this.#last = now;
    if (before === undefined) return undefined;
    const seconds = (now.at - before.at) / 1000;
    const rate = (after: number, earlier: number): number => rounded((after - earlier) / seconds);
    const acks = now.acks.count - before.acks.count;
    const roundTrip = acks > 0 ? rounded(((now.acks.seconds - before.acks.seconds) / acks) * 1000) : null;
    this.#roundTrip = roundTrip ?? this.#roundTrip;
    const sample = {
      at: Date.now(),
      up: (await this.valueOf("qtalk_link_up")) === 1,
      ...ratesOf(now.calls, before.calls, rate),
      waiting: await this.valueOf("qtalk_outbox_stanzas"),
      oldest: rounded(await this.valueOf("qtalk_outbox_oldest_seconds")),
      accepted: rate(now.accepted, before.accepted),
      acknowledged: rate(now.acknowledged, before.acknowledged),
      bounced: rate(now.bounced, before.bounced),
      roundTrip,
    };
    this.#samples.push(sample);
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
    return sample;
  }

  async #counts(): Promise<Counts> {
    const calls = new Map<string, Called>();
    for (const { labels, value: count } of await this.#valuesOf(CALL_SECONDS, "_count")) {
      const { endpoint = "", errcode = 0 } = labels;
      calls.set(`${endpoint} ${errcode}`, { endpoint: String(endpoint), errcode: Number(errcode), count });
    }
    return {
      at: performance.now(),
      calls,
      acks: {
        count: await this.#sumOf("qtalk_ack_seconds", "_count"),
        seconds: await this.#sumOf("qtalk_ack_seconds", "_sum"),
      },
      accepted: await this.#sumOf("qtalk_outbox_accepted_total"),
      acknowledged: await this.#sumOf("qtalk_stanzas_acknowledged_total"),
      bounced: await this.#sumOf("qtalk_bounces_total"),
    };
  }

  /** Returns the present value of a gauge; 0 if the gauge doesn't exist. */
  async valueOf(name: string): Promise<number> {
    return (await this.#valuesOf(name))[0]?.value ?? 0;
  }

  async #sumOf(name: string, suffix = ""): Promise<number> {
    return (await this.#valuesOf(name, suffix)).reduce((sum, { value }) => sum + value, 0);
  }

  async #valuesOf(name: string, suffix = ""): Promise<Value[]> {
    const metric = this.metrics.registry.getSingleMetric<string>(name);
    if (metric === undefined) return [];
    const values: readonly Value[] = (await metric.get()).values;
    return values.filter(({ metricName = name }) => metricName === name + suffix);
  }
}

function ratesOf(
  now: Counts["calls"],
  before: Counts["calls"],
  rate: (after: number, earlier: number) => number,
): Pick<Point, "calls" | "refused"> {
  const calls = new Map<string, number>();
  const refused = new Map<string, number>();
  for (const [key, { endpoint, errcode, count }] of now) {
    const grown = rate(count, before.get(key)?.count ?? 0);
    if (grown === 0) continue;
    calls.set(endpoint, rounded((calls.get(endpoint) ?? 0) + grown));
    if (errcode === 0) continue;
    const kind = kindOf(errcode);
    refused.set(kind, rounded((refused.get(kind) ?? 0) + grown));
  }
  return { calls: Object.fromEntries(calls), refused: Object.fromEntries(refused) };
}

/** Rounds to thousandths, which keeps the events short. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
