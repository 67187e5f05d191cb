/**
 * Slows down guessing of keys. Each wrong key raises a score of the user and a score of the caller's address. Above
 * a threshold, responses to wrong keys are delayed. Right keys never wait, so no attacker can lock out a user.
 */

const LIMITS = {
  /** How many wrong keys for one user are tolerated in about a minute, without delay. */
  freePerUser: 3,
  /** How many wrong keys from one address are tolerated: more, because a web server checks all visitors' keys. */
  freePerAddress: 60,
  /** The first delay, in milliseconds; it doubles with each further wrong key. */
  firstDelay: 250,
  /** The longest delay, in milliseconds. */
  longestDelay: 8_000,
  /** How many scores are kept; if there are more, the oldest are dropped. */
  scores: 20_000,
  /** How many responses are delayed at the same time. Further responses aren't delayed. */
  held: 5_000,
};
export type KeyThrottleLimits = typeof LIMITS;
/** The time in which a score halves, in milliseconds. */
const HALF_LIFE_MS = 60_000;

interface Score {
  /** How many wrong keys the score counts, as of `at`. */
  readonly value: number;
  /** When the score was last changed, in milliseconds of performance.now(). */
  readonly at: number;
}

export class KeyThrottle {
  readonly #limits: KeyThrottleLimits;
  /** The scores by user and by network address, in the order of their last change. */
  readonly #scores = new Map<string, Score>();
  #held = 0;

  constructor(limits: Partial<KeyThrottleLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  get size(): number {
    return this.#scores.size;
  }

  /** Counts a wrong key; resolves when the response may be sent. @param address network address of the caller */
  async failed(user: string, address: string): Promise<void> {
    const { freePerUser, freePerAddress, held } = this.#limits;
    const now = performance.now();
    const ms = Math.max(
      this.#delay(this.#count(`user ${user}`, now) - freePerUser),
      this.#delay(this.#count(`address ${address}`, now) - freePerAddress),
    );
    if (ms === 0 || this.#held >= held) return;
    this.#held += 1;
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.#held -= 1;
  }

  /** Resets the score of a user with a right key. */
  succeeded(user: string): void {
    this.#scores.delete(`user ${user}`);
  }

  #count(name: string, now: number): number {
    const before = this.#scores.get(name);
    const left = before === undefined ? 0 : before.value * 2 ** ((before.at - now) / HALF_LIFE_MS);
    const value = left + 1;
    this.#scores.delete(name);
    this.#scores.set(name, { value, at: now });
    const [oldest] = this.#scores.keys();
    if (this.#scores.size > this.#limits.scores && oldest !== undefined) this.#scores.delete(oldest);
    return value;
  }

  #delay(excess: number): number {
    const { firstDelay, longestDelay } = this.#limits;
    return excess <= 0 ? 0 : Math.min(longestDelay, firstDelay * 2 ** (excess - 1));
  }
}
