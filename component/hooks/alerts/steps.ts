/** The steps of a hook: whom an alert reaches that nobody takes, and when. They are stored as operators write them. */
import { Jid, isAccount, type AccountJid } from "../../addresses/address.js";
import { durationIn } from "./words.js";

/** Whom a step reaches: the alert's room again, the person on duty of a rota, or a person or another room. */
export type Target =
  | { readonly kind: "room" }
  /** `rota`: undefined: the one with the hook's name, or the only one. */
  | { readonly kind: "duty"; readonly rota: string | undefined }
  | { readonly kind: "address"; readonly jid: AccountJid };

export interface Step {
  /** How long after the alert the step is due, in milliseconds. */
  readonly delay: number;
  readonly target: Target;
}

/** How many steps a hook may have. */
export const MAX_STEPS = 20;

/** Parses a step such as "5m duty", "15m juliet@example.org" or "room". @returns why it is none */
export function readStep(text: string): Step | string {
  const words = text.trim().split(/\s+/);
  const [first = ""] = words;
  const delay = /^\d/.test(first) ? durationIn(first) : 0;
  if (delay === undefined) return `"${first}" is no duration such as 5m or 1h`;
  const [who = "", ...more] = delay === 0 && !/^\d/.test(first) ? words : words.slice(1);
  if (who === "room" && more.length === 0) return { delay, target: { kind: "room" } };
  if (who === "duty" && more.length <= 1) return { delay, target: { kind: "duty", rota: more[0] } };
  const jid = more.length === 0 ? Jid.parse(who) : undefined;
  if (jid !== undefined && isAccount(jid)) return { delay, target: { kind: "address", jid } };
  return "expected a duration, and room, duty, duty ROTA, or an address, such as 5m duty";
}

/** Returns stored steps in the order of their times, without the post itself, which is the room's first step. */
export function readSteps(texts: readonly string[]): readonly Step[] {
  return texts
    .map(readStep)
    .filter((step) => typeof step !== "string")
    .filter(({ delay, target }) => delay > 0 || target.kind !== "room")
    .sort((one, other) => one.delay - other.delay);
}
