/**
 * How long a hook is left alone after an event wasn't taken. The first pauses are short and grow, as Standard Webhooks
 * wants it; but all that comes later waits behind that event, so they stop growing where waiting would do more harm
 * than asking.
 */

const SECONDS: readonly number[] = [5, 15, 30, 60, 120, 300, 600];
/** Hooks that fail together are not asked together: so much of a pause comes by chance. */
const JITTER = 0.1;
/** No receiver is left alone for longer than this because it wants it, in milliseconds. */
const MOST_MS = 3600_000;

/**
 * @param failures in a row, this one included
 * @param wanted milliseconds that its receiver asked for
 * @returns whole milliseconds
 */
export function pauseAfter(failures: number, wanted = 0, chance = Math.random()): number {
  const seconds = SECONDS[Math.min(failures, SECONDS.length) - 1] ?? 0;
  return Math.round(Math.max(seconds * 1000 * (1 + JITTER * chance), Math.min(wanted, MOST_MS)));
}
