/** The bounds and times of the outbox as a state machine: nothing happens by itself there. */

export const BOUNDS = { maxStanzas: 120, maxBytes: 1024 ** 2, confirmTimeout: 1e9 };
export const KEEP = { ms: 3_000, bytes: 1024 ** 2 };
/** How long it takes at most until nothing is left. */
export const DRAIN_MS = 20_000;
export const TIMES = {
  keepAlive: 1e9,
  silence: 1e9,
  negotiation: 1e9,
  reread: 5,
  note: 0,
};
