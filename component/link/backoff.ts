/**
 * Computes the pauses between attempts to connect. Pauses stay short while the address refuses connections, because
 * this costs the server nothing. After refused handshakes and broken streams, pauses double each time.
 */
import type { StreamEnd } from "./stream-end.js";

/** The lengths of the pauses, in milliseconds. */
export interface BackoffTimes {
  /** The pause after the first failure; it doubles with each further failure. */
  readonly first: number;
  /** The longest pause while the address refuses connections, in the first OUTAGE_MS milliseconds. */
  readonly unreachable: number;
  /** The longest pause after OUTAGE_MS of refused connections, and after broken streams. */
  readonly longest: number;
  /** The longest pause if the server refuses the component. */
  readonly refused: number;
}

export const BACKOFF: BackoffTimes = { first: 200, unreachable: 1_000, longest: 30_000, refused: 30_000 };
/** How long attempts stay frequent during an outage, in milliseconds. */
const OUTAGE_MS = 600_000;

export class Backoff {
  #failures = 0;
  /** How many attempts in a row the address has refused. */
  #misses = 0;
  /** When the first of these attempts was made, in milliseconds of the clock of next(). */
  #missedSince = 0;

  constructor(private readonly backoff: BackoffTimes) {}

  /** Starts with short pauses again. Called when the server has acknowledged stanzas. */
  reset(): void {
    this.#failures = 0;
    this.#misses = 0;
  }

  /**
   * Returns the pause after a stream has ended, in milliseconds. Half of it is random, so that many components don't
   * reconnect at the same instant.
   * @param now the time in milliseconds of any clock
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
    // The address refuses connections, so a server that starts there hasn't refused the component yet.
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
