/**
 * How much somebody may do in a time: a bucket of tokens for each name, an account or a caller. A deed takes what it
 * costs; where that is known only when it is done, it is charged then, and the next deeds wait until the debt is paid.
 */

export interface BucketSize {
  /** What a bucket gains in a second. */
  readonly perSecond: number;
  /** What it holds at most. */
  readonly burst: number;
}

interface Bucket {
  /** Below nothing: a debt. */
  level: number;
  /** Milliseconds of performance.now(). */
  at: number;
}

/** So many names at a time; a bucket that is full again is forgotten. */
const SWEEP_SIZE = 10_000;

export class TokenBuckets {
  readonly #size: BucketSize;
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = SWEEP_SIZE;

  constructor(size: BucketSize) {
    this.#size = size;
  }

  /** What a bucket holds at most. */
  get burst(): number {
    return this.#size.burst;
  }

  /** How many names are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes so much; false where there is less, and then nothing is taken. What costs more than a bucket holds is taken
   * from a full one, and leaves a debt.
   */
  consume(name: string, cost = 1, now = performance.now()): boolean {
    const bucket = this.#bucketOf(name, now);
    if (bucket.level < Math.min(cost, this.#size.burst)) return false;
    bucket.level -= cost;
    return true;
  }

  /** Charges for what was done, whether there is as much or not. */
  debit(name: string, cost: number, now = performance.now()): void {
    this.#bucketOf(name, now).level -= cost;
  }

  /** Milliseconds until so much can be taken; 0: now. */
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
