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
 * @param from the component's domain
 */
export function postStanza(stored: string | undefined, acceptedAt: number, from: string): WireText {
  const stanza = asStored(stored ?? "");
  if (stanza === "" || Date.now() - acceptedAt < LATE_MS) return stanza;
  const stamp = new Date(acceptedAt).toISOString();
  return withLastChild(stanza, xml("delay", { xmlns: NS.delay, from, stamp }));
}

/**
 * Returns the stanza of a post as it is said in another room.
 * @param corrects returns what a correction (XEP-0308) names there; undefined: it is said as a new message
 */
export function movedStanza(
  stored: string,
  to: string,
  corrects: (id: string) => string | undefined,
): WireText {
  const message = parseXml(stored);
  if (message instanceof XmlFault) throw new Error(`a stored post can't be read: ${message.reason}`);
  const children = message.children.flatMap((child) => {
    if (typeof child === "string" || !child.is("replace", NS.correct)) return [child];
    const id = corrects(child.attrs.id ?? "");
    return id === undefined ? [] : [xml("replace", { xmlns: NS.correct, id })];
  });
  return serialise(xml("message", { ...message.attrs, to }, ...children));
}
