/**
 * Carbons (XEP-0280) of forged messages: the server doesn't know that a user "sent" one, so the user's own sessions
 * are handed a copy, from the user's bare address to itself, marked not to be stored.
 */
import { NS, xml, type Element } from "../xml/builder.js";
import type { Forged } from "./message.js";

/** The sender's copy; undefined where there is none to be sent. */
export function carbonOf({ stanza, from, to }: Forged): Element | undefined {
  const { type, auto_reply, carbon_message } = stanza.attrs;
  if (type !== "chat" || auto_reply === "true" || carbon_message === "true") return undefined;
  if (from.local === undefined || from.bare.equals(to.bare)) return undefined;
  const copy = xml("message", { xmlns: NS.client, ...stanza.attrs }, ...stanza.children);
  return xml(
    "message",
    { to: from.bare.text, from: from.bare.text, type: "chat" },
    xml("sent", NS.carbons, xml("forwarded", NS.forward, copy)),
    xml("no-store", NS.hints),
  );
}
