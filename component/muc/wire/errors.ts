/** Stanza errors of rooms, with the room's address in `by` (XEP-0045). */
import type { Jid } from "../../address.js";
import { StanzaError, type Condition, type ErrorType } from "../../stanza-error.js";

export function roomError(room: Jid, type: ErrorType, condition: Condition, text?: string): StanzaError {
  return new StanzaError(type, condition, text, { by: room.bare.text });
}

/** Conditions that say that the receiver of a stanza is gone. */
/** Conditions that say that the receiver of a stanza is gone. */
/** Conditions that say that the receiver of a stanza is gone. */
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

/** Whether an error's condition says that the receiver is gone. */
export function saysGone(condition: string): boolean {
  return GONE.has(condition);
}
