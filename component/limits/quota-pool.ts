/**
 * Divides a limited resource by dynamic thresholds, as a switch divides its buffers among ports: an account may use
 * at most a fraction of what is free, so something always remains for another one.
 */

export class QuotaPool {
  readonly #parts = new Map<string, number>();
  #used = 0;

  /** @param most the size of the resource, which may change */
  constructor(private readonly most: number | (() => number)) {}

  get used(): number {
    return this.#used;
  }

  get isFull(): boolean {
    return this.#used >= this.#most;
  }

  fits(amount: number): boolean {
    return this.#used + amount <= this.#most;
  }

  of(account: string): number {
    return this.#parts.get(account) ?? 0;
  }

  /** Whether an account may use this amount, too. @param portion its maximum, relative to what is free */
  hasRoom(account: string, amount: number, portion = 1): boolean {
    return this.of(account) + amount <= portion * (this.#most - this.#used - amount);
  }

  acquire(account: string, amount: number): void {
    this.#used += amount;
    this.#parts.set(account, this.of(account) + amount);
  }

  release(account: string, amount: number): void {
    const part = this.of(account);
    const removed = Math.min(part, amount);
    this.#used -= removed;
    if (part === removed) this.#parts.delete(account);
    else this.#parts.set(account, part - removed);
  }

  get #most(): number {
    return typeof this.most === "number" ? this.most : this.most();
  }
}
