/** How many posts each hook takes in a second; large ones, and those that take long to render, count as several. */
import type { StoredHook } from "../../storage/hooks-store.js";
import type { HooksConfig } from "../config.js";
import { TokenBuckets } from "../token-bucket.js";
import { HookFault } from "./fault.js";

/** What one post may have and take before it counts as more: bytes, and milliseconds of processor time. */
const BYTES_OF_ONE = 64 * 1024;
const MS_OF_ONE = 10;

export interface PostCost {
  readonly bytes?: number;
  readonly ms?: number;
}

export class HookRates {
  readonly #config: Pick<HooksConfig, "rate">;
  /** By the rate: few hooks have one of their own. */
  readonly #buckets = new Map<number, TokenBuckets>();

  constructor(config: Pick<HooksConfig, "rate">) {
    this.#config = config;
  }

  /** Counts a post; a fault where there were too many. */
  refuse({ id, name, limits }: Pick<StoredHook, "id" | "name" | "limits">): HookFault | undefined {
    const rate = limits.rate ?? this.#config.rate;
    const buckets = this.#bucketsOf(rate);
    if (buckets.consume(id)) return undefined;
    const wait = Math.max(1, Math.ceil(buckets.waitTime(id) / 1000));
    const where = limits.rate === undefined ? "hooks.rate" : "hook set";
    return new HookFault(
      "fast",
      `the hook ${name} takes ${rate} posts a second (${where}); nothing was said`,
      wait,
    );
  }

  /** Charges what a post has and took beyond what one may; the next posts wait for it. */
  charge({ id, limits }: Pick<StoredHook, "id" | "limits">, { bytes = 0, ms = 0 }: PostCost): void {
    this.#bucketsOf(limits.rate ?? this.#config.rate).debit(
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
