/** The memory quota of request bodies that are being read: of all, and of each caller. */

/**
 * Bytes of each body that don't count, so that large bodies don't get small ones refused. The number of connections
 * bounds their sum.
 */
export const EXEMPT = 16 * 1024;

/** All bytes. */
export interface BodyQuotaBounds {
  readonly most: number;
  /** The most of one caller. */
  readonly share: number;
}

export class BodyQuota {
  readonly #shares = new Map<string, number>();
  #used = 0;

  constructor(private readonly bounds: BodyQuotaBounds) {}

  /** Takes bytes; false, and nothing is taken, if they exceed a quota. */
  acquire(owner: string, bytes: number): boolean {
    const { most, share } = this.bounds;
    const held = this.#shares.get(owner) ?? 0;
    if (this.#used + bytes > most || held + bytes > share) return false;
    this.#used += bytes;
    this.#shares.set(owner, held + bytes);
    return true;
  }

  release(owner: string, bytes: number): void {
    this.#used -= bytes;
    const rest = (this.#shares.get(owner) ?? 0) - bytes;
    if (rest > 0) this.#shares.set(owner, rest);
    else this.#shares.delete(owner);
  }
}
