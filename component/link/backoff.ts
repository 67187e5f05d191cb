/**
 * Pauses between attempts to connect. An attempt at an address that refuses connections costs nothing, so these stay
 * frequent and the link is back as soon as the server listens again. Attempts that cost the server something (a refused
 * handshake, a stream that breaks at once) slow down exponentially.
 */
import type { StreamEnd } from "./stream-end.js";

/** Milliseconds between tries. */
export interface BackoffTimes {
  /** After the first failure; then doubling. */
  readonly first: number;
  /** While the address refuses connections, for the length of a usual outage. */
  readonly unreachable: number;
  /** The most: while it refuses for longer than that, and after streams that broke. */
  readonly longest: number;
  /** The most if the server refuses the component. */
  readonly refused: number;
}

export const BACKOFF: BackoffTimes = { first: 200, unreachable: 1_000, longest: 30_000, refused: 30_000 };
/** A longer outage isn't a usual one. */
const OUTAGE_MS = 600_000;

export class Backoff {
  #failures = 0;
  /** Attempts in a row that were refused by the address. */
  #misses = 0;
  /** When the first of them was made. */
  #missedSince = 0;

  constructor(private readonly backoff: BackoffTimes) {}

  /** Starts with short pauses again, as the server has routed something. */
  reset(): void {
    this.#failures = 0;
    this.#misses = 0;
  }

  /**
   * Returns the pause after a stream that ended.
   * @param isRefused whether the server refuses the component itself
   * @param now in milliseconds of any clock
   * @returns milliseconds; half of it is random, so that many components don't come back at the same instant
   */
  next({ cause }: Pick<StreamEnd, "cause">, isRefused: boolean, now: number): number {
    const ceiling = cause === "unreachable" ? this.#missed(now) : this.#failed(isRefused);
    return ceiling / 2 + Math.random() * (ceiling / 2);
  }

  #missed(now: number): number {
    const { first, unreachable, longest } = this.backoff;
    if (this.#misses === 0) this.#missedSince = now;
    const pause = Math.min(unreachable, first * 2 ** this.#misses);
    this.#misses += 1;
    // A server that starts there has refused nothing yet.
    this.#failures = 0;
    return now - this.#missedSince <= OUTAGE_MS ? pause : longest;
  }

  #failed(isRefused: boolean): number {
    const { first, longest, refused } = this.backoff;
    this.#misses = 0;
    const pause = Math.min(isRefused ? refused : longest, first * 2 ** this.#failures);
    this.#failures += 1;
    return pause;
  }
}
