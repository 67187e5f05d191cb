/** What a hook wants of its alerts: steps, their delays, and where alerts are silenced. */
import { rankOf } from "../formats/alert.js";
import type { Hook } from "../hook.js";
import type { Plan } from "./alert-types.js";

/** The severity from which on alerts have steps, by default. */
export const URGENT = "critical";

export function planOf(hook: Pick<Hook, "steps" | "stepsFrom" | "silenceAt">): Plan {
  const least = rankOf(hook.stepsFrom ?? URGENT);
  return {
    delays: hook.steps.map(({ delay }) => delay),
    isUrgent: (severity) => rankOf(severity) <= least,
    hasSource: hook.silenceAt !== undefined,
  };
}
