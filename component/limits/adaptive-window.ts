/**
 * How much may be unacknowledged: as much as the server processes in TARGET_MS, as in delay-based congestion control. The
 * window grows by what is acknowledged quickly, while at least half of it is used, and shrinks by how late an ack is,
 * once for all that was written before it shrank.
 */

/** How long an ack may take before the window shrinks, in milliseconds. */
const TARGET_MS = 100;

/** Bounds of a window, in the unit of what is counted. */
export interface WindowBounds {
  readonly first: number;
  readonly most: number;
  /** As small as late acks make it: what keeps the server busy between two acks. */
  readonly slow: number;
  /** As small as a silence makes it. */
  readonly least: number;
}

/** An ack: how much it acknowledges, how much was unacknowledged until then, and when (performance.now()). */
export interface WindowAck {
  readonly acked: number;
  readonly unacked: number;
  readonly writtenAt: number;
  readonly now: number;
}

export class AdaptiveWindow {
  #limit: number;
  /** What was written up to this time (performance.now()) has shrunk the window already. */
  #shrunkAt = -Infinity;

  constructor(private readonly bounds: WindowBounds) {
    this.#limit = bounds.first;
  }

  /** How much may be unacknowledged. */
  get limit(): number {
    return this.#limit;
  }

  adapt({ acked, unacked, writtenAt, now }: WindowAck): void {
    const { most, slow } = this.bounds;
    const ms = now - writtenAt;
    if (ms <= TARGET_MS) {
      if (unacked * 2 >= this.#limit) this.#limit = Math.min(most, this.#limit + acked);
    } else if (writtenAt > this.#shrunkAt && this.#limit > slow) {
      this.#limit = Math.max(slow, Math.floor(this.#limit * Math.max(0.5, TARGET_MS / ms)));
      this.#shrunkAt = now;
    }
  }

  /** The server fell silent, so half of what it had may follow. */
  halve(unacked: number): void {
    this.#limit = Math.max(this.bounds.least, Math.ceil(unacked / 2));
  }
}
