/**
 * How long to wait before the next try to connect. While the address refuses connections, nobody serves there and a
 * try costs nothing: so they stay frequent, and the link is back as soon as the server listens again. What costs the
 * server something (a handshake that it refuses, a stream that breaks at once) is tried ever more slowly.
 */
import type { StreamEnd } from "./stream-end.js";

/** Milliseconds between tries. */
export interface BackoffTimes {
  /** After the first failure; then doubling. */
  readonly first: number;
  /** While nobody listens, for as long as an outage usually lasts. */
  readonly unreachable: number;
  /** While nobody listens for longer than that, and where streams break. */
  readonly longest: number;
  /** Where the server refuses the component. */
  readonly refused: number;
}

export const BACKOFF: BackoffTimes = { first: 200, unreachable: 1_000, longest: 30_000, refused: 30_000 };
/** An outage that lasts longer may last for ever. */
const OUTAGE_MS = 600_000;

export class Backoff {
  #failures = 0;
  /** Tries in a row that found nobody. */
  #misses = 0;
  /** When the first of them was made. */
  #missedSince = 0;

  constructor(private readonly backoff: BackoffTimes) {}

  /** The server was seen to route for us: the pauses start anew. */
  reset(): void {
    this.#failures = 0;
    this.#misses = 0;
  }

  /**
   * The pause after a stream that ended so.
   * @param isRefused whether the server refuses the component itself
   * @param now in milliseconds of any clock
   * @returns in milliseconds. Half of it is fixed, half is drawn, so that many components don't come back in one instant
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
    // Whoever comes back there has refused nothing yet.
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
