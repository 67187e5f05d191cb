/** The stanza of a stored post, as it is sent to its room now. */
import { NS, xml } from "../../xml/builder.js";
import { parseXml, XmlFault } from "../../xml/parse.js";
import { serialise } from "../../xml/serialise.js";
import { withLastChild } from "../../xml/splice.js";
import { asStored, type WireText } from "../../xml/wire-text.js";

/** How long after it was accepted a post may be sent without a delay element, in milliseconds. */
const LATE_MS = 5_000;

/**
 * Returns a stored stanza, with a delay (XEP-0203) if it is sent late; "" if there is none.
 * @param to the room's address: an operator may have moved the post from another room @param from the component's domain
 */
export function postStanza(
  stored: string | undefined,
  acceptedAt: number,
  { from, to }: { readonly from: string; readonly to: string },
): WireText {
  const stanza = addressed(asStored(stored ?? ""), to);
  if (stanza === "" || Date.now() - acceptedAt < LATE_MS) return stanza;
  const stamp = new Date(acceptedAt).toISOString();
  return withLastChild(stanza, xml("delay", { xmlns: NS.delay, from, stamp }));
}

function addressed(stanza: WireText, to: string): WireText {
  const message = stanza === "" ? undefined : parseXml(stanza);
  if (message === undefined || message instanceof XmlFault || message.attrs.to === to) return stanza;
  return serialise(xml("message", { ...message.attrs, to }, ...message.children));
}
