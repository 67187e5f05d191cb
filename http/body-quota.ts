/** Limits the memory of request bodies that are being read, in total and for each caller. */

/**
 * How many bytes of each body don't count, so that small bodies aren't refused because of large ones. The limit of
 * connections bounds the sum of these bytes.
 */
export const EXEMPT = 16 * 1024;

export interface BodyQuotaBounds {
  /** The most bytes in total. */
  readonly most: number;
  /** The most bytes of one caller. */
  readonly share: number;
}

export class BodyQuota {
  /** How many bytes each caller uses. */
  readonly #shares = new Map<string, number>();
  /** How many bytes all callers use. */
  #used = 0;

  constructor(private readonly bounds: BodyQuotaBounds) {}

  /** Acquires bytes for a caller. Returns false, and acquires nothing, if a quota would be exceeded. */
  acquire(owner: string, bytes: number): boolean {
    const { most, share } = this.bounds;
    const held = this.#shares.get(owner) ?? 0;
    if (this.#used + bytes > most || held + bytes > share) return false;
    this.#used += bytes;
    this.#shares.set(owner, held + bytes);
    return true;
  }

  /** Returns bytes that were acquired. */
  release(owner: string, bytes: number): void {
    this.#used -= bytes;
    const rest = (this.#shares.get(owner) ?? 0) - bytes;
    if (rest > 0) this.#shares.set(owner, rest);
    else this.#shares.delete(owner);
  }
}
