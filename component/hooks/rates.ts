/** Limits the rate of posts to incoming webhooks. A post that is large or slow to render counts as several posts. */
import type { StoredHook } from "../../storage/hooks-store.js";
import type { HooksConfig } from "../config.js";
import { TokenBuckets } from "../limits/token-bucket.js";
import { HookFault } from "./fault.js";

/** How many bytes count as one post. */
const BYTES_OF_ONE = 64 * 1024;
/** How many milliseconds of processor time count as one post. */
const MS_OF_ONE = 10;

export class HookRates {
  /** The token buckets for each rate. Most hooks have the default rate. */
  readonly #buckets = new Map<number, TokenBuckets>();

  constructor(private readonly config: Pick<HooksConfig, "rate">) {}

  /** Counts a post. Returns a fault if the hook is above its rate limit. */
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

  /**
   * Charges what a post costs beyond an ordinary one, so that later posts have to wait.
   * @param bytes the size of the post @param ms the processor time that it took
   */
  charge({ id, limits }: Pick<StoredHook, "id" | "limits">, { bytes = 0, ms = 0 }): void {
    const cost = Math.floor(bytes / BYTES_OF_ONE + ms / MS_OF_ONE);
    this.#bucketsOf(limits.rate ?? this.config.rate).debit(id, cost);
  }

  #bucketsOf(rate: number): TokenBuckets {
    const buckets =
      this.#buckets.get(rate) ?? new TokenBuckets({ perSecond: rate, burst: Math.max(1, rate) });
    this.#buckets.set(rate, buckets);
    return buckets;
  }
}
