/**
 * Finds out that the component couldn't do anything for a while, or that the machine's clock was set: both make times on the
 * disk untrue. A machine that is suspended stops the timers; a process that is stopped (a paused container) only delays them.
 */
import { uptime } from "node:os";

/** The machine's times in milliseconds, which go at one speed until it sleeps or its clock is set. */
export interface MachineTimes {
  /** Since 1970, as the clock is set. */
  readonly clock: number;
  /** Since the machine started, also while it was suspended. */
  readonly up: number;
  /** As `up`, but not while it was suspended: the time of timers. */
  readonly awake: number;
}

export function machineTimes(): MachineTimes {
  return { clock: Date.now(), up: uptime() * 1000, awake: performance.now() };
}

/** What happened between two looks, in whole milliseconds. */
export interface Absence {
  /** How long ago the look before was. */
  readonly passed: number;
  /** How long the component was absent. */
  readonly away: number;
  /** How far the clock was set forwards; negative: backwards. */
  readonly set: number;
}

/** How much two of the machine's times may differ: they aren't read at the same moment. */
const SLACK_MS = 1000;
/** How much later than at its time a look may come on a busy machine. */
const BUSY_MS = 10_000;

/** Returns what happened between two looks. @param everyMs how often the component looks */
export function absenceBetween(before: MachineTimes, now: MachineTimes, everyMs: number): Absence {
  const [clock, up, awake] = [now.clock - before.clock, now.up - before.up, now.awake - before.awake];
  const suspended = up - awake;
  const late = awake - everyMs;
  return {
    passed: Math.round(up),
    away: Math.round((suspended > SLACK_MS ? suspended : 0) + (late > BUSY_MS ? late : 0)),
    set: Math.abs(clock - up) > SLACK_MS ? Math.round(clock - up) : 0,
  };
}
