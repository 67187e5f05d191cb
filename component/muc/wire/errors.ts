/** A room's refusals: stanza errors that say which room it is (XEP-0045: `by` the room). */
import type { Jid } from "../../address.js";
import { StanzaError, type Condition, type ErrorType } from "../../stanza-error.js";

export function roomError(room: Jid, type: ErrorType, condition: Condition, text?: string): StanzaError {
  return new StanzaError(type, condition, text, { by: room.bare.text });
}

const GONE: ReadonlySet<string> = new Set([
  "gone",
  "internal-server-error",
  "item-not-found",
  "jid-malformed",
  "recipient-unavailable",
  "redirect",
  "remote-server-not-found",
  "remote-server-timeout",
  "service-unavailable",
]);

/** Whether an error's condition says so. */
export function saysGone(condition: string): boolean {
  return GONE.has(condition);
}
