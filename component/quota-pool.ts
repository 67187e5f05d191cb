/**
 * Something of a bounded size that many fill. Nobody's part may grow beyond a portion of what is still free: so one who
 * fills it gets a part of it alone, many together get less each, and whoever comes next always finds room. (Switches
 * divide their buffers among their ports so: dynamic thresholds.)
 */

export class QuotaPool {
  readonly #parts = new Map<string, number>();
  #used = 0;

  constructor(private readonly most: number) {}

  get used(): number {
    return this.#used;
  }

  /** How many have a part. */
  get holders(): number {
    return this.#parts.size;
  }

  /**
   * Whether somebody's part may grow by so much.
   * @param portion how large a part may be beside what is free then
   */
  hasRoom(name: string, amount: number, portion = 1): boolean {
    const part = (this.#parts.get(name) ?? 0) + amount;
    return part <= portion * (this.most - this.#used - amount);
  }

  acquire(name: string, amount: number): void {
    this.#used += amount;
    this.#parts.set(name, (this.#parts.get(name) ?? 0) + amount);
  }

  release(name: string, amount: number): void {
    const part = this.#parts.get(name) ?? 0;
    const removed = Math.min(part, amount);
    this.#used -= removed;
    if (part === removed) this.#parts.delete(name);
    else this.#parts.set(name, part - removed);
  }
}
