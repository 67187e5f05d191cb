/** How much the bodies that are being read may hold: all together, and those of one caller. */

/**
 * What each body may hold beside the quota, in bytes: calls of ordinary size pass whatever the large ones do. Together
 * these are bounded by the number of connections.
 */
export const EXEMPT = 16 * 1024;

/** All bytes. */
export interface BodyQuotaBounds {
  readonly most: number;
  /** What one caller may have of it. */
  readonly share: number;
}

export class BodyQuota {
  readonly #shares = new Map<string, number>();
  #used = 0;

  constructor(private readonly bounds: BodyQuotaBounds) {}

  /** False where there is no room; then nothing is taken. */
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
