/** Rate limits of incoming webhooks; posts that are large or slow to render count as several. */
import type { StoredHook } from "../../storage/hooks-store.js";
import type { HooksConfig } from "../config.js";
import { TokenBuckets } from "../token-bucket.js";
import { HookFault } from "./fault.js";

/** Bytes, and milliseconds of processor time, that count as one post. */
const BYTES_OF_ONE = 64 * 1024;
const MS_OF_ONE = 10;

export interface PostCost {
  readonly bytes?: number;
  readonly ms?: number;
}

export class HookRates {
  /** By rate, as most hooks share the default. */
  readonly #buckets = new Map<number, TokenBuckets>();

  constructor(private readonly config: Pick<HooksConfig, "rate">) {}

  /** Counts a post. Returns a fault if the hook is over its limit. */
  refuse({ id, name, limits }: Pick<StoredHook, "id" | "name" | "limits">): HookFault | undefined {
    const rate = limits.rate ?? this.config.rate;
    const buckets = this.#bucketsOf(rate);
    if (buckets.consume(id)) return undefined;
    const wait = Math.max(1, Math.ceil(buckets.waitTime(id) / 1000));
    const where = limits.rate === undefined ? "hooks.rate" : "hook set";
    return new HookFault(
      "fast",
      `the hook ${name} accepts ${rate} posts per second (${where}); nothing was sent`,
      wait,
    );
  }

  /** Charges a post's excess over one post's bytes and processor time to the next posts. */
  charge({ id, limits }: Pick<StoredHook, "id" | "limits">, { bytes = 0, ms = 0 }: PostCost): void {
    this.#bucketsOf(limits.rate ?? this.config.rate).debit(
      id,
      Math.floor(bytes / BYTES_OF_ONE + ms / MS_OF_ONE),
    );
  }

  #bucketsOf(rate: number): TokenBuckets {
    let buckets = this.#buckets.get(rate);
    if (buckets === undefined) {
      buckets = new TokenBuckets({ perSecond: rate, burst: Math.max(1, rate) });
      this.#buckets.set(rate, buckets);
    }
    return buckets;
  }
}
