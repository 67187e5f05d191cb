/** Steps: who is called when nobody takes an alert of a hook, and how long after it opened. */
import type { HookCalls } from "../../../storage/hooks-store.js";
import { Jid } from "../../addresses/address.js";
import { isKnown, rankOf } from "../formats/alert.js";
import { durationIn } from "./words.js";

/** Who is called by a step: the room or person that gets the alerts, who is on duty, or another address. */
export type StepTarget =
  | { readonly kind: "room" }
  /** `roster`: undefined stands for the roster with the hook's name. */
  | { readonly kind: "duty"; readonly roster: string | undefined }
  | { readonly kind: "address"; readonly jid: Jid };

export interface EscalationStep {
  /** How long after the alert opened it is due, in milliseconds. */
  readonly delay: number;
  readonly to: StepTarget;
}

/** The least severity of alerts that call and mention people, if the hook names no other. */
export const CRITICAL = "critical";
/** How many steps a hook may have, and how long after the alert the last one may be due, in milliseconds. */
export const MAX_STEPS = 10;
const MAX_DELAY_MS = 7 * 24 * 3600_000;

const UNITS = [
  ["d", 86_400_000],
  ["h", 3600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** Parses a step such as "15m juliet@example.org", "5m duty" or "room". @returns why it is none, as a text */
export function parseStep(text: string): EscalationStep | string {
  const [, before = "", target = ""] = /^(?:(.*)\s)?(\S+)$/u.exec(text.trim()) ?? [];
  const delay = /^(?:0[a-z]?)?$/.test(before.trim()) ? 0 : durationIn(before);
  if (target === "" || delay === undefined || delay > MAX_DELAY_MS)
    return `expected when and whom, such as "15m juliet@example.org", "5m duty" or "room" (at most 7d), not ${JSON.stringify(text)}`;
  if (target === "room") return { delay, to: { kind: "room" } };
  const duty = parseDuty(target);
  if (duty !== undefined) return { delay, to: { kind: "duty", ...duty } };
  const jid = target.includes("@") ? Jid.parse(target)?.bare : undefined;
  return jid === undefined
    ? `${JSON.stringify(target)} is nobody: expected room, duty, duty:ROSTER, or the address of a person or a room`
    : { delay, to: { kind: "address", jid } };
}

/** Parses "duty" and "duty:ROSTER"; undefined if the text is neither. */
export function parseDuty(text: string): { readonly roster: string | undefined } | undefined {
  const [, roster] = /^duty(?::([\w.-]{1,64}))?$/.exec(text) ?? [];
  return text.startsWith("duty") && (text === "duty" || roster !== undefined) ? { roster } : undefined;
}

/** Returns a step's text, which parseStep() reads. */
export function stepText({ delay, to }: EscalationStep): string {
  const [unit, ms] = UNITS.find(([, each]) => delay % each === 0) ?? UNITS[3];
  const whom = to.kind === "address" ? to.jid.text : to.kind === "room" ? "room" : dutyText(to.roster);
  return `${delay / ms}${delay === 0 ? "m" : unit} ${whom}`;
}

function dutyText(roster: string | undefined): string {
  return roster === undefined ? "duty" : `duty:${roster}`;
}

/** Returns a hook's steps, as they are stored. */
export function stepsOf({ steps = [] }: Pick<HookCalls, "steps">): readonly EscalationStep[] {
  return steps.map(parseStep).filter((step) => typeof step !== "string");
}

/** Whether a severity is as urgent as another, or more. A program that knows no severities posts only what is urgent. */
export function isAsUrgent(severity: string, least = CRITICAL): boolean {
  return severity === "" || rankOf(severity) <= rankOf(least);
}

/** Whether a text is a severity with which steps and mentions can begin. */
export const isSeverity: (text: string) => boolean = isKnown;

/** Returns the rosters whose person a hook calls or mentions. */
export function rostersOf({
  name,
  calls,
}: {
  readonly name: string;
  readonly calls: HookCalls;
}): Set<string> {
  const called = stepsOf(calls).flatMap(({ to }) => (to.kind === "duty" ? [to] : []));
  const mentioned = (calls.mentions ?? []).flatMap((text) => parseDuty(text) ?? []);
  return new Set([...called, ...mentioned].map(({ roster = name }) => roster));
}
