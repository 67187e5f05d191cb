/**
 * Slows whoever tries keys: each wrong one adds to a score of the user it is tried for and of the address that tries,
 * and beyond what honest mistakes add up to, its answer is held back, longer each time. Right keys are never held
 * back, so nobody can lock another out.
 */

export interface KeyThrottleLimits {
  /** Wrong keys in about a minute that are answered at once: for one user, and from one address. */
  readonly freePerUser: number;
  /** A web server asks for all its visitors, so this is much more. */
  readonly freePerAddress: number;
  /** Milliseconds: the first delay, doubled with each further wrong key, and the longest. */
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** The most users and addresses that are remembered; the longest unseen are forgotten. */
  readonly remembered: number;
  /** The most answers held back at once; while there are as many, others are not. */
  readonly held: number;
}

const LIMITS: KeyThrottleLimits = {
  freePerUser: 3,
  freePerAddress: 60,
  firstDelay: 250,
  longestDelay: 8_000,
  remembered: 20_000,
  held: 5_000,
};
/** A score halves in this time, in milliseconds. */
const HALF_LIFE_MS = 60_000;

interface Score {
  readonly value: number;
  readonly at: number;
}

export class KeyThrottle {
  readonly #limits: KeyThrottleLimits;
  /** In the order in which they were last seen. */
  readonly #scores = new Map<string, Score>();
  #held = 0;

  constructor(limits: Partial<KeyThrottleLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /** How many users and addresses are remembered. */
  get remembered(): number {
    return this.#scores.size;
  }

  /** Counts a wrong key, and resolves when it may be answered. */
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

  /** A user's own key came: what was wrong before were their own mistakes. */
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
    if (this.#scores.size > this.#limits.remembered && oldest !== undefined) this.#scores.delete(oldest);
    return value;
  }

  #delay(excess: number): number {
    const { firstDelay, longestDelay } = this.#limits;
    return excess <= 0 ? 0 : Math.min(longestDelay, firstDelay * 2 ** (excess - 1));
  }
}
