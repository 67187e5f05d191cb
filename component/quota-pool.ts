/**
 * Divides something of bounded size among accounts by dynamic thresholds, as switches divide their buffers among ports:
 * the part of an account may not grow beyond a portion of the free rest. So a newcomer always finds room.
 */

export class QuotaPool {
  readonly #parts = new Map<string, number>();
  #used = 0;

  constructor(private readonly most: number) {}

  get used(): number {
    return this.#used;
  }

  /** The number of accounts with a part. */
  get holders(): number {
    return this.#parts.size;
  }

  /**
   * Whether an account's part may grow by this amount.
   * @param portion the most of a part, relative to the free rest
   */
  hasRoom(account: string, amount: number, portion = 1): boolean {
    const part = (this.#parts.get(account) ?? 0) + amount;
    return part <= portion * (this.most - this.#used - amount);
  }

  acquire(account: string, amount: number): void {
    this.#used += amount;
    this.#parts.set(account, (this.#parts.get(account) ?? 0) + amount);
  }

  release(account: string, amount: number): void {
    const part = this.#parts.get(account) ?? 0;
    const removed = Math.min(part, amount);
    this.#used -= removed;
    if (part === removed) this.#parts.delete(account);
    else this.#parts.set(account, part - removed);
  }
}
