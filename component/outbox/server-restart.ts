/** Whether the server that is there now is the one that confirmed what was sent, or has lost what it hadn't passed on. */
import type { Confirmer } from "../../storage/outbox-progress.js";

/**
 * Why what was confirmed has to be sent again:
 * - `restarted`: the server runs since later than it confirmed that
 * - `unknown`: it doesn't tell since when it runs
 * - `another`: another one is at the link's other end, such as another node of a cluster
 */
export type ReplayReason = "restarted" | "unknown" | "another";

/** Who is at the link's other end now. */
export interface Present {
  readonly peer: string | undefined;
  /** In seconds; undefined where it didn't tell. */
  readonly uptime: number | undefined;
  /** When it told that, in milliseconds since 1970. */
  readonly now: number;
}

/** Uptimes are the difference of two clocks' whole seconds, so up to a second off either way; milliseconds. */
const LEAST_MARGIN_MS = 2_000;

/**
 * One that still is the same has run since before the last link came up, one that has restarted runs since after it was
 * heard last. What is told may lie in between where a clock was set: then it counts as restarted in the later half.
 * @returns undefined where it is the same and has lost nothing
 */
export function replayReason(before: Confirmer, { peer, uptime, now }: Present): ReplayReason | undefined {
  if (before.peer !== undefined && peer !== undefined && peer !== before.peer) return "another";
  if (uptime === undefined) return "unknown";
  const { upAt, heardAt } = before;
  const margin = Math.max(LEAST_MARGIN_MS, (heardAt - upAt) / 2);
  return now - uptime * 1000 > heardAt - margin ? "restarted" : undefined;
}
