/** What a hook wants of its alerts: the part of the state machine's input that operators decide. */
import type { StoredAlert } from "../../../storage/alerts-store.js";
import type { Hook } from "../hook.js";
import type { Plan } from "./alert-types.js";
import { isAsUrgent, stepsOf } from "./steps.js";

/** Returns what a hook wants of an alert. */
export function planOf(hook: Pick<Hook, "calls" | "source">, alert: Pick<StoredAlert, "labels">): Plan {
  const { calls } = hook;
  return {
    delays: stepsOf(calls).map(({ delay }) => delay),
    isUrgent: (severity) => isAsUrgent(severity, calls.stepsFrom),
    hasSource: matchersOf(hook, alert).length > 0,
  };
}

/** A condition of a silence, in the form of Alertmanager's interface, version 2. */
export interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: false;
  readonly isEqual: true;
}

/**
 * Returns the matchers of an alert's silence. Empty: it can't be silenced at its source, because the hook doesn't know
 * where, or because its alerts have different names, and such a silence would hide alerts that nobody has seen.
 */
export function matchersOf(
  { source }: Pick<Hook, "source">,
  { labels }: Pick<StoredAlert, "labels">,
): readonly Matcher[] {
  const known = Object.entries(JSON.parse(labels) as Readonly<Record<string, string>>);
  if (source.silenceAt === undefined || known.every(([name]) => name !== "alertname")) return [];
  return known
    .filter(([, value]) => value !== "")
    .map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }));
}
