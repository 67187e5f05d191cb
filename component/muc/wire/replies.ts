/** Replies to stanzas to rooms: IQ results and errors. */
import type { Jid } from "../../addresses/address.js";
import { replied } from "../../inbound/iq-reply.js";
import { StanzaError, type Condition, type ErrorType } from "../../inbound/stanza-error.js";
import { xml, type Element } from "../../xml/builder.js";
import type { Transaction } from "../transaction.js";

export function iqResultOf({ attrs }: Element, payload?: Element): Element {
  return xml("iq", { from: attrs.to, to: attrs.from, id: attrs.id, type: "result" }, payload);
}

/** Sends an empty result for an IQ request as part of a transaction. */
export function sendResult(transaction: Transaction, request: Element): typeof replied {
  transaction.send(iqResultOf(request));
  return replied;
}

/** The types that RFC 6120 §8.3.3 recommends for conditions; for all others, "cancel" is used. */
const TYPES: ReadonlyMap<string, ErrorType> = new Map([
  ["bad-request", "modify"],
  ["forbidden", "auth"],
  ["jid-malformed", "modify"],
  ["not-acceptable", "modify"],
  ["not-authorized", "auth"],
  ["policy-violation", "modify"],
  ["registration-required", "auth"],
  ["resource-constraint", "wait"],
]);

export function typeOf(condition: string): ErrorType {
  return TYPES.get(condition) ?? "cancel";
}

/** Makes a stanza error that names the room in its attribute `by` (RFC 6120 §8.3.2). */
export function roomError(room: Jid, condition: Condition, text?: string): StanzaError {
  return new StanzaError(typeOf(condition), condition, text, { by: room.bare.text });
}

/** Refuses long messages. @throws StanzaError policy-violation if the stanza has more than `most` bytes */
export function refuseLength(room: Jid, stanza: string, most: number): void {
  if (Buffer.byteLength(stanza) <= most) return;
  throw roomError(room, "policy-violation", `A message may have at most ${most} bytes.`);
}

export function raise(refusal: StanzaError | undefined): void {
  if (refusal !== undefined) throw refusal;
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
