/**
 * Divides a limited resource among accounts by dynamic thresholds, like a network switch's buffers among ports. An
 * account may use at most a fraction of what is free, so something always remains for another account.
 */

export class QuotaPool {
  readonly #parts = new Map<string, number>();
  #used = 0;

  constructor(private readonly most: number) {}

  get used(): number {
    return this.#used;
  }

  get holders(): number {
    return this.#parts.size;
  }

  /**
   * Whether an account may use this amount in addition.
   * @param portion the maximum of an account, relative to what is free
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
