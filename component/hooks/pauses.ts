/**
 * Pauses between retries. They grow as Standard Webhooks recommends, but only to ten minutes, as later events wait behind
 * the failed one.
 */

const SECONDS: readonly number[] = [5, 15, 30, 60, 120, 300, 600];
/** The random part of a pause, so that hooks that fail together are not retried together. */
const JITTER = 0.1;
/** The longest pause that a receiver can request, in milliseconds. */
const MOST_MS = 3600_000;

/**
 * Returns the pause before the next try.
 * @param failures in a row, this one included
 * @param wanted the pause that the receiver requests, in milliseconds
 * @returns whole milliseconds
 */
export function pauseAfter(failures: number, wanted = 0, chance = Math.random()): number {
  const seconds = SECONDS[Math.min(failures, SECONDS.length) - 1] ?? 0;
  return Math.round(Math.max(seconds * 1000 * (1 + JITTER * chance), Math.min(wanted, MOST_MS)));
}
