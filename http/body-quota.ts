/** Limits the memory of request bodies that are being read, in total and for each caller. */

/**
 * How many bytes at the beginning of each body don't count. So large bodies never cause the refusal of small bodies.
 * The limit of connections also limits the sum of these bytes.
 */
export const EXEMPT = 16 * 1024;

export interface BodyQuotaBounds {
  /** The limit of all callers together, in bytes. */
  readonly most: number;
  /** The limit of each caller, in bytes. */
  readonly share: number;
}

export class BodyQuota {
  /** Bytes in use by each caller. */
  readonly #shares = new Map<string, number>();
  #used = 0;

  constructor(private readonly bounds: BodyQuotaBounds) {}

  /** Reserves bytes for a caller. Returns false, and reserves nothing, if a limit would be exceeded. */
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
