/**
 * Rate limits by token buckets. Costs may be charged afterwards: further actions wait until the debt is paid. Strangers
 * choose the names, so their number and their size are bounded (MAX_BUCKETS, MAX_NAME).
 */
import { hash } from "node:crypto";

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

/** How often full buckets are deleted, in milliseconds. */
const SWEEP_MS = 10_000;
/** How many buckets there are at most: if there are more, the fullest half is deleted, as those are limited least. */
const MAX_BUCKETS = 20_000;
/** The characters of the longest name that is kept. Of longer ones, such as addresses of 2 KB, the hash is kept. */
const MAX_NAME = 128;

export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  #sweptAt = -Infinity;

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
    const known = this.#buckets.get(keyOf(name));
    const level = known === undefined ? this.limits.burst : this.#level(known, now);
    const missing = Math.min(cost, this.limits.burst) - level;
    return missing <= 0 ? 0 : (missing / this.limits.perSecond) * 1000;
  }

  #bucketOf(name: string, now: number): Bucket {
    const key = keyOf(name);
    const known = this.#buckets.get(key);
    if (known !== undefined) {
      known.level = this.#level(known, now);
      known.at = now;
      return known;
    }
    if (this.#buckets.size >= MAX_BUCKETS || now - this.#sweptAt >= SWEEP_MS) this.#sweep(now);
    const bucket = { level: this.limits.burst, at: now };
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #level({ level, at }: Bucket, now: number): number {
    return Math.min(this.limits.burst, level + ((now - at) / 1000) * this.limits.perSecond);
  }

  #sweep(now: number): void {
    this.#sweptAt = now;
    for (const [name, bucket] of this.#buckets) {
      if (this.#level(bucket, now) >= this.limits.burst) this.#buckets.delete(name);
    }
    if (this.#buckets.size < MAX_BUCKETS) return;
    const levels = Array.from(this.#buckets, ([name, bucket]) => ({ name, level: this.#level(bucket, now) }));
    levels.sort((a, b) => b.level - a.level);
    for (const { name } of levels.slice(0, MAX_BUCKETS / 2)) this.#buckets.delete(name);
  }
}

function keyOf(name: string): string {
  return name.length <= MAX_NAME ? name : hash("sha256", name);
}
