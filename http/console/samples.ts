/**
 * How it goes, every five seconds for the last hour, in memory: read from the metrics that there are anyway, so that no
 * call is slower for it.
 */
import type { Metrics } from "../../component/metrics.js";
import { kindOf, type RefusalKind } from "../call-records.js";
import { CALL_SECONDS } from "../metrics.js";

/** What happened in the seconds before `at`. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Whether the link is up. */
  readonly up: boolean;
  /** Calls a second by endpoint; those that weren't called are left out. */
  readonly calls: Readonly<Record<string, number>>;
  /** Refused calls a second, by why. */
  readonly refused: Readonly<Partial<Record<RefusalKind, number>>>;
  /** Stanzas in the queue. */
  readonly waiting: number;
  /** The age of the oldest, in seconds. */
  readonly oldest: number;
  /** Stanzas a second: taken into the queue, routed by the server, come back as errors. */
  readonly accepted: number;
  readonly confirmed: number;
  readonly bounced: number;
  /** The mean of the barriers' round trips, in milliseconds; null where there was none. */
  readonly roundTrip: number | null;
}

/** Since the process started. */
export interface Totals {
  readonly accepted: number;
  readonly confirmed: number;
  readonly bounced: number;
}

export const STEP_SECONDS = 5;
const HOUR_SECONDS = 3600;
export const MOST_SAMPLES = HOUR_SECONDS / STEP_SECONDS;

/** What only grows. */
interface Counts extends Totals {
  /** Milliseconds of performance.now(). */
  readonly at: number;
  /** By endpoint and errcode. */
  readonly calls: ReadonlyMap<string, Called>;
  readonly barriers: { readonly count: number; readonly seconds: number };
}

interface Called {
  readonly endpoint: string;
  readonly errcode: number;
  readonly count: number;
}

interface Value {
  readonly value: number;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  /** Where a metric has several: NAME_count, NAME_sum, NAME_bucket. */
  readonly metricName?: string;
}

export class Samples {
  readonly #samples: Sample[] = [];
  #last: Counts | undefined;
  #roundTrip: number | null = null;

  constructor(private readonly metrics: Metrics) {}

  /** Oldest first. */
  get all(): readonly Sample[] {
    return this.#samples;
  }

  get totals(): Totals {
    const { accepted = 0, confirmed = 0, bounced = 0 } = this.#last ?? {};
    return { accepted, confirmed, bounced };
  }

  /** The last known one, in milliseconds. */
  get roundTrip(): number | null {
    return this.#roundTrip;
  }

  /** Takes a sample; the first time there is nothing to compare with. @returns undefined then */
  async take(): Promise<Sample | undefined> {
    const before = this.#last;
    const now = await this.#counts();
    this.#last = now;
    if (before === undefined) return undefined;
    const seconds = (now.at - before.at) / 1000;
    const rate = (after: number, earlier: number): number => rounded((after - earlier) / seconds);
    const barriers = now.barriers.count - before.barriers.count;
    const roundTrip =
      barriers > 0 ? rounded(((now.barriers.seconds - before.barriers.seconds) / barriers) * 1000) : null;
    this.#roundTrip = roundTrip ?? this.#roundTrip;
    const sample = {
      at: Date.now(),
      up: (await this.valueOf("qtalk_link_up")) === 1,
      ...ratesOf(now.calls, before.calls, rate),
      waiting: await this.valueOf("qtalk_outbox_stanzas"),
      oldest: rounded(await this.valueOf("qtalk_outbox_oldest_seconds")),
      accepted: rate(now.accepted, before.accepted),
      confirmed: rate(now.confirmed, before.confirmed),
      bounced: rate(now.bounced, before.bounced),
      roundTrip,
    };
    this.#samples.push(sample);
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift();
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
      barriers: {
        count: await this.#sumOf("qtalk_ack_seconds", "_count"),
        seconds: await this.#sumOf("qtalk_ack_seconds", "_sum"),
      },
      accepted: await this.#sumOf("qtalk_outbox_accepted_total"),
      confirmed: await this.#sumOf("qtalk_stanzas_acknowledged_total"),
      bounced: await this.#sumOf("qtalk_bounces_total"),
    };
  }

  /** A gauge as it is now; 0 where there is no such. */
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
): Pick<Sample, "calls" | "refused"> {
  const calls: Record<string, number> = {};
  const refused: Partial<Record<RefusalKind, number>> = {};
  for (const [key, { endpoint, errcode, count }] of now) {
    const grown = rate(count, before.get(key)?.count ?? 0);
    if (grown === 0) continue;
    calls[endpoint] = rounded((calls[endpoint] ?? 0) + grown);
    if (errcode === 0) continue;
    const kind = kindOf(errcode);
    refused[kind] = rounded((refused[kind] ?? 0) + grown);
  }
  return { calls, refused };
}

/** To thousandths: nobody sees more. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
