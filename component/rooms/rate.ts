/** How fast one user may do something: a bucket of tokens for each account. */
import type { BareJid } from "../address.js";

interface Bucket {
  tokens: number;
  /** Milliseconds of performance.now(). */
  at: number;
}

/** So many accounts at a time; a bucket that is full again is forgotten. */
const SWEEP_SIZE = 10_000;

export class Rate {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = SWEEP_SIZE;

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Takes a token; false where there is none. */
  take(account: BareJid, now = performance.now()): boolean {
    const known = this.#buckets.get(account.text);
    const bucket = known ?? { tokens: this.#burst, at: now };
    bucket.tokens = this.#level(bucket, now);
    bucket.at = now;
    if (known === undefined) {
      if (this.#buckets.size >= this.#sweepAt) this.#sweep(now);
      this.#buckets.set(account.text, bucket);
    }
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  #level({ tokens, at }: Bucket, now: number): number {
    return Math.min(this.#burst, tokens + ((now - at) / 1000) * this.#perSecond);
  }

  #sweep(now: number): void {
    for (const [account, bucket] of this.#buckets) {
      if (this.#level(bucket, now) >= this.#burst) this.#buckets.delete(account);
    }
    this.#sweepAt = Math.max(SWEEP_SIZE, this.#buckets.size * 2);
  }
}
