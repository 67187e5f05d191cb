/** How many posts each hook takes in a second. */
import type { StoredHook } from "../../storage/hooks-store.js";
import type { HooksConfig } from "../config.js";
import { TokenBuckets } from "../token-bucket.js";
import { HookFault } from "./fault.js";

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
    const where = limits.rate === undefined ? "hooks.rate" : "hook limit";
    return new HookFault(
      "fast",
      `the hook ${name} takes ${rate} posts a second (${where}); nothing was said`,
      wait,
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
