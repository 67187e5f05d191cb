/** The time and timers of parts that wait, which tests can replace. */
export interface Clock {
  /** Returns the time in milliseconds. */
  now(): number;
  after(ms: number, work: () => void): { cancel(): void };
}

function after(ms: number, work: () => void): { cancel(): void } {
  const timer = setTimeout(work, ms).unref();
  return { cancel: () => clearTimeout(timer) };
}

/** The machine's clock, in milliseconds since 1970. */
export const WALL_CLOCK: Clock = { now: Date.now, after };
/** A clock that never goes back, whatever happens to the machine's. */
export const STEADY_CLOCK: Clock = { now: () => performance.now(), after };
