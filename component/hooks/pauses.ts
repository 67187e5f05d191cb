/**
 * Computes pauses between retries. The pauses grow as Standard Webhooks recommends, but only up to ten minutes, as
 * later events wait for the failed one.
 */

const SECONDS: readonly number[] = [5, 15, 30, 60, 120, 300, 600];
/** The maximum random addition to a pause, as a fraction: spreads the retries of hooks that fail together. */
const JITTER = 0.1;
/** The longest pause that a program can request, in milliseconds. */
const MOST_MS = 3600_000;

/**
 * Returns the pause before the next attempt.
 * @param failures how many attempts in a row have failed
 * @param wanted the pause that the program requests, in milliseconds
 * @param chance a random number from 0 to 1
 * @returns whole milliseconds
 */
export function pauseAfter(failures: number, wanted = 0, chance = Math.random()): number {
  const seconds = SECONDS[Math.min(failures, SECONDS.length) - 1] ?? 0;
  return Math.round(Math.max(seconds * 1000 * (1 + JITTER * chance), Math.min(wanted, MOST_MS)));
}
