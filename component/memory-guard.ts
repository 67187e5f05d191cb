/**
 * Watches the process's memory. While it is above a threshold, new work that costs memory is refused. This is the last
 * resort: everything that costs memory has limits of its own.
 */
import type { Logger } from "winston";

/** A process's memory, as by process.memoryUsage(). */
export interface MemoryUse {
  /** Resident memory in bytes, as all of these. */
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

/** How long a reading is used, in milliseconds. */
const FRESH_MS = 100;
/** The threshold, as a part of the limit. */
const THRESHOLD = 0.75;

export class MemoryGuard {
  #readAt = -Infinity;
  #isShort = false;

  /** @param limit in bytes; it may change */
  constructor(
    private readonly limit: () => number,
    private readonly logger: Logger,
    private readonly read: () => MemoryUse = () => process.memoryUsage(),
  ) {}

  /** Whether new work that costs memory must be refused. */
  get isShort(): boolean {
    const now = performance.now();
    if (now - this.#readAt < FRESH_MS) return this.#isShort;
    this.#readAt = now;
    const use = this.read();
    const isShort = this.#isAbove(use);
    if (isShort !== this.#isShort) this.#log(isShort, use);
    this.#isShort = isShort;
    return isShort;
  }

  /** Resident memory alone says little, as freed memory is given back late, if ever. */
  #isAbove({ rss, heapUsed, external }: MemoryUse): boolean {
    const threshold = this.limit() * THRESHOLD;
    return rss > threshold && heapUsed + external > threshold / 2;
  }

  #log(isShort: boolean, { rss }: MemoryUse): void {
    const megabytes = Math.round(rss / 1e6);
    if (!isShort) this.logger.info(`Memory is no longer short (${megabytes} MB): new work is accepted again`);
    else {
      this.logger.warn(
        `Memory is short: ${megabytes} MB are in use. New work is refused until there is less (limits.memory).`,
      );
    }
  }
}
