/** Rate limits by token buckets. Costs may be charged afterwards: further actions wait until the debt is paid. */

export interface BucketSize {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  /** How many tokens the bucket holds; negative if it is in debt. */
  level: number;
  /** When `level` was computed, in milliseconds of performance.now(). */
  at: number;
}

/** How many buckets there must be for full buckets to be deleted. */
const SWEEP_SIZE = 10_000;

export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = SWEEP_SIZE;

  constructor(readonly limits: BucketSize) {}

  /** How many buckets there are. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes tokens, and returns true; takes none and returns false if the bucket holds fewer. A cost above `burst`
   * needs only a full bucket, and leaves it in debt. @param now milliseconds of performance.now()
   */
  consume(name: string, cost = 1, now = performance.now()): boolean {
    const bucket = this.#bucketOf(name, now);
    if (bucket.level < Math.min(cost, this.limits.burst)) return false;
    bucket.level -= cost;
    return true;
  }

  /** Takes tokens for an action that was done already; may leave the bucket in debt. */
  debit(name: string, cost: number, now = performance.now()): void {
    this.#bucketOf(name, now).level -= cost;
  }

  /** Returns how many milliseconds pass until this cost can be taken. */
  waitTime(name: string, cost = 1, now = performance.now()): number {
    const known = this.#buckets.get(name);
    const level = known === undefined ? this.limits.burst : this.#level(known, now);
    const missing = Math.min(cost, this.limits.burst) - level;
    return missing <= 0 ? 0 : (missing / this.limits.perSecond) * 1000;
  }

  #bucketOf(name: string, now: number): Bucket {
    const known = this.#buckets.get(name);
    if (known !== undefined) {
      known.level = this.#level(known, now);
      known.at = now;
      return known;
    }
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(now);
    const bucket = { level: this.limits.burst, at: now };
    this.#buckets.set(name, bucket);
    return bucket;
  }

  #level({ level, at }: Bucket, now: number): number {
    return Math.min(this.limits.burst, level + ((now - at) / 1000) * this.limits.perSecond);
  }

  #sweep(now: number): void {
    for (const [name, bucket] of this.#buckets) {
      if (this.#level(bucket, now) >= this.limits.burst) this.#buckets.delete(name);
    }
    this.#sweepAt = Math.max(SWEEP_SIZE, this.#buckets.size * 2);
  }
}
