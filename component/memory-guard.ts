/**
 * Watches the process's memory: above a mark, new work that costs memory is refused until it fell. It is the last
 * resort, as everything that costs memory has bounds of its own.
 */
import type { Logger } from "winston";

/** What is read of a process; process.memoryUsage() gives it. */
export interface MemoryUse {
  /** In bytes, as all of these: what the system gave to the process. */
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

/** So long is a reading good, in milliseconds. */
const FRESH_MS = 100;
/** New work is refused above this part of the limit. */
const MARK = 0.75;

export class MemoryGuard {
  #readAt = -Infinity;
  #isShort = false;

  /** @param limit in bytes; it may change */
  constructor(
    private readonly limit: () => number,
    private readonly log: Logger,
    private readonly read: () => MemoryUse = () => process.memoryUsage(),
  ) {}

  /** Whether new work that costs memory is to be refused. */
  get isShort(): boolean {
    const now = performance.now();
    if (now - this.#readAt < FRESH_MS) return this.#isShort;
    this.#readAt = now;
    const use = this.read();
    const isShort = this.#isAbove(use);
    if (isShort !== this.#isShort) this.#say(isShort, use);
    this.#isShort = isShort;
    return isShort;
  }

  /** What the process holds without using it is given back late, if ever, and used again first. */
  #isAbove({ rss, heapUsed, external }: MemoryUse): boolean {
    const mark = this.limit() * MARK;
    return rss > mark && heapUsed + external > mark / 2;
  }

  #say(isShort: boolean, { rss }: MemoryUse): void {
    const megabytes = Math.round(rss / 1e6);
    if (!isShort) this.log.info(`Memory is no longer short (${megabytes} MB): new work is taken again`);
    else {
      this.log.warn(
        `Memory is short: ${megabytes} MB are in use. New work is refused until there is less (limits.memory).`,
      );
    }
  }
}
