/** Tells when new work must be refused for lack of memory. A last resort: all that uses memory has its own limit. */
import type { Logger } from "winston";

/** The memory of a process, in bytes. */
type MemoryUse = Pick<NodeJS.MemoryUsage, "rss" | "heapUsed" | "external">;

/** How long a measurement is valid, in milliseconds. */
const FRESH_MS = 100;
/** The threshold as a fraction of the limit. */
const THRESHOLD = 0.75;

export class MemoryGuard {
  #readAt = -Infinity;
  #isShort = false;

  /** @param limit returns the memory limit in bytes, which may change */
  constructor(
    private readonly limit: () => number,
    private readonly logger: Logger,
    private readonly read: () => MemoryUse = () => process.memoryUsage(),
  ) {}

  /** Whether new work must be refused. Measures if the last measurement is old, and logs a change. */
  isShort(): boolean {
    const now = performance.now();
    if (now - this.#readAt < FRESH_MS) return this.#isShort;
    this.#readAt = now;
    const use = this.read();
    const isShort = this.#isAbove(use);
    if (isShort !== this.#isShort) this.#log(isShort, use);
    this.#isShort = isShort;
    return isShort;
  }

  /** Whether memory is above the threshold. The resident memory alone says little: it includes freed memory. */
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
