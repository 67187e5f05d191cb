/** Computes pauses between retries as in Standard Webhooks, but at most ten minutes, because later events wait. */

const SECONDS: readonly number[] = [5, 15, 30, 60, 120, 300, 600];
/** The largest random addition, as a fraction of a pause. It spreads the retries of hooks that fail together. */
const JITTER = 0.1;
/** The longest pause, which only a program can request, in milliseconds. */
export const LONGEST_PAUSE_MS = 3600_000;

/** Returns the pause after so many failures in a row, in ms. @param wanted the pause that the program requests */
export function pauseAfter(failures: number, wanted = 0): number {
  const seconds = SECONDS[Math.min(failures, SECONDS.length) - 1] ?? 0;
  return Math.round(
    Math.max(seconds * 1000 * (1 + JITTER * Math.random()), Math.min(wanted, LONGEST_PAUSE_MS)),
  );
}
