/** Makes carbon copies (XEP-0280) in direct mode, for which the server makes none; they mustn't be stored. */
import type { XmppConfig } from "../config.js";
import { NS, xml } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { envelope, enveloped } from "../xml/splice.js";
import type { WireText } from "../xml/wire-text.js";
import type { Composed } from "./message.js";

/** Whether the component makes the copies; for privileged messages (XEP-0356) the server makes them. */
export function areCopiesMade({
  carbons,
  send_as_users,
}: Pick<XmppConfig, "carbons" | "send_as_users">): boolean {
  return carbons && (send_as_users === "auto" || send_as_users === "direct");
}

/** The XML around the copied message, without addresses. */
const AROUND = envelope(
  serialise(
    xml(
      "message",
      { type: "chat" },
      xml("sent", NS.carbons, xml("forwarded", NS.forward)),
      xml("no-store", NS.hints),
    ),
  ),
);

export function isCopied({ stanza, from, to }: Pick<Composed, "stanza" | "from" | "to">): boolean {
  const { type, auto_reply, carbon_message } = stanza.attrs;
  if (type !== "chat" || auto_reply === "true" || carbon_message === "true") return false;
  return from.local !== undefined && !from.bare.equals(to.bare);
}

/** Returns the copy of a message for its sender's own sessions. @param sender the sender's bare address */
export function carbonOf(sender: string, stanza: WireText): WireText {
  return enveloped(AROUND, { to: sender, from: sender }, stanza);
}
