/**
 * Rate limits by token buckets, one for each account or caller. If the cost of an action is known only afterwards, it is
 * charged then; the next actions wait until the debt is paid.
 */

export interface BucketSize {
  /** Tokens that a bucket gains in a second. */
  readonly perSecond: number;
  /** The most tokens in it. */
  readonly burst: number;
}

interface Bucket {
  /** Negative: a debt. */
  level: number;
  /** Milliseconds of performance.now(). */
  at: number;
}

/** From this many buckets on, those that are full again are forgotten. */
const SWEEP_SIZE = 10_000;

export class TokenBuckets {
  readonly #size: BucketSize;
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = SWEEP_SIZE;

  constructor(size: BucketSize) {
    this.#size = size;
  }

  /** The most tokens in a bucket. */
  get burst(): number {
    return this.#size.burst;
  }

  /** The number of buckets. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes tokens; if there are fewer, takes none and returns false. A cost above the bucket's size is taken from a full
   * bucket, and leaves a debt.
   */
  consume(name: string, cost = 1, now = performance.now()): boolean {
    const bucket = this.#bucketOf(name, now);
    if (bucket.level < Math.min(cost, this.#size.burst)) return false;
    bucket.level -= cost;
    return true;
  }

  /** Charges for an action that was done; may leave a debt. */
  debit(name: string, cost: number, now = performance.now()): void {
    this.#bucketOf(name, now).level -= cost;
  }

  /** Milliseconds until this cost can be taken; 0: now. */
  waitTime(name: string, cost = 1, now = performance.now()): number {
    const known = this.#buckets.get(name);
    const level = known === undefined ? this.#size.burst : this.#level(known, now);
    const missing = Math.min(cost, this.#size.burst) - level;
    return missing <= 0 ? 0 : (missing / this.#size.perSecond) * 1000;
  }

  #bucketOf(name: string, now: number): Bucket {
    const known = this.#buckets.get(name);
    if (known !== undefined) {
      known.level = this.#level(known, now);
      known.at = now;
      return known;
    }
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(now);
    const bucket = { level: this.#size.burst, at: now };
    this.#buckets.set(name, bucket);
    return bucket;
  }

  #level({ level, at }: Bucket, now: number): number {
    return Math.min(this.#size.burst, level + ((now - at) / 1000) * this.#size.perSecond);
  }

  #sweep(now: number): void {
    for (const [name, bucket] of this.#buckets) {
      if (this.#level(bucket, now) >= this.#size.burst) this.#buckets.delete(name);
    }
    this.#sweepAt = Math.max(SWEEP_SIZE, this.#buckets.size * 2);
  }
}
