import type { Jid } from "../../address.js";
import { StanzaError, type Condition, type ErrorType } from "../../stanza-error.js";

/** Makes a stanza error that names the room in its attribute `by` (RFC 6120 §8.3.2). */
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

/** Whether an error condition (RFC 6120 §8.3.3) says that the receiver of a stanza is gone. */
export function saysGone(condition: string): boolean {
  return GONE.has(condition);
}
