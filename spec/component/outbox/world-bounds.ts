/**
 * Limits and times for the state-machine test of the outbox. The long intervals (1e9 ms) keep timers from firing on
 * their own.
 */

export const BOUNDS = { maxStanzas: 120, maxBytes: 1024 ** 2, confirmTimeout: 1e9 };
export const KEEP = { ms: 3_000, bytes: 1024 ** 2 };
/** How long draining the outbox may take at most, in milliseconds of real time. */
export const DRAIN_MS = 20_000;
export const TIMES = {
  keepAlive: 1e9,
  silence: 1e9,
  negotiation: 1e9,
  reread: 5,
  note: 0,
};
