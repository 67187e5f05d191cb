/** Limits the rate of posts to incoming webhooks. A post that is large or slow to render counts as several posts. */
import type { StoredHook } from "../../storage/hooks-store.js";
import type { HooksConfig } from "../config.js";
import { TokenBuckets } from "../limits/token-bucket.js";
import { HookFault } from "./fault.js";

/** How many bytes, and how many milliseconds of processor time, count as one post. */
const ONE_POST = { bytes: 64 * 1024, ms: 10 };

export class HookRates {
  /** A hook's bucket holds a second, of which each post takes its share: 1 / rate. */
  readonly #buckets = new TokenBuckets({ perSecond: 1, burst: 1 });

  constructor(private readonly config: Pick<HooksConfig, "rate">) {}

  /** Counts a post. Returns a fault if the hook is above its rate limit. */
  refuse({ id, name, limits }: Pick<StoredHook, "id" | "name" | "limits">): HookFault | undefined {
    const rate = limits.rate ?? this.config.rate;
    if (this.#buckets.consume(id, 1 / rate)) return undefined;
    const wait = Math.max(1, Math.ceil(this.#buckets.waitTime(id, 1 / rate) / 1000));
    const where = limits.rate === undefined ? "hooks.rate" : "hook set";
    return new HookFault(
      "fast",
      `the hook ${name} accepts ${rate} posts per second (${where}); nothing was sent`,
      wait,
    );
  }

  /** Charges bytes, or ms of processor time, so that later posts have to wait after one that costs more than others. */
  charge({ id, limits }: Pick<StoredHook, "id" | "limits">, { bytes = 0, ms = 0 }): void {
    const posts = Math.floor(bytes / ONE_POST.bytes + ms / ONE_POST.ms);
    this.#buckets.debit(id, posts / (limits.rate ?? this.config.rate));
  }
}
