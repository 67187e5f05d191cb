/**
 * Slows down guessing of keys: responses to wrong keys wait if a user, or a caller's address, has had too many in the
 * last minute. Right keys never wait, so no attacker can lock out a user.
 */
import { TokenBuckets, type BucketSize } from "../limits/token-bucket.js";

/** How many wrong keys are tolerated: more from an address, because a web server checks all visitors' keys. */
const USER: BucketSize = { perSecond: 1 / 20, burst: 3 };
const ADDRESS: BucketSize = { perSecond: 1, burst: 60 };
/** How long a response waits at most, in milliseconds. */
const MAX_WAIT_MS = 8_000;
/** How many responses wait at the same time. Further ones aren't delayed. */
const MAX_HELD = 5_000;

export class KeyThrottle {
  readonly #users: TokenBuckets;
  readonly #addresses: TokenBuckets;
  #held = 0;

  constructor(
    user = USER,
    address = ADDRESS,
    private readonly limits = { longest: MAX_WAIT_MS, held: MAX_HELD },
  ) {
    this.#users = new TokenBuckets(user);
    this.#addresses = new TokenBuckets(address);
  }

  /** Counts a wrong key; resolves when the response may be sent. @param address network address of the caller */
  async failed(user: string, address: string): Promise<void> {
    const { longest, held } = this.limits;
    const ms = Math.min(longest, Math.max(debit(this.#users, user), debit(this.#addresses, address)));
    if (ms === 0 || this.#held >= held) return;
    this.#held += 1;
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.#held -= 1;
  }
}

/** Counts a wrong key. @returns after how many milliseconds it would have been tolerated */
function debit(buckets: TokenBuckets, name: string): number {
  buckets.debit(name, 1);
  return buckets.waitTime(name, 0);
}
