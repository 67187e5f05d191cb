/**
 * The mirror as the first release wrote it, whose children were named message and body: clients took its <body> for
 * the message's own. What lies in a database in that form is put into the present one on its way out.
 */
import { NS, xml, type Element } from "../xml/builder.js";
import { parseXml, XmlFault } from "../xml/parse.js";
import { serialise } from "../xml/serialise.js";
import { together, separate } from "../xml/splice.js";
import type { WireText } from "../xml/wire-text.js";
import { MIRROR } from "./attribute-mirror.js";

/** The first form's namespace. */
export const LEGACY_MIRROR = "urn:qtalk:stanza:0";

/** Finished stanzas, with their mirrors in the present form; what can't be read stays as it is. */
export function withPresentMirror(stanzas: WireText): WireText {
  if (!stanzas.includes(LEGACY_MIRROR)) return stanzas;
  const each = separate(stanzas).map((text) => {
    const stanza = text.includes(LEGACY_MIRROR) ? parseXml(text) : undefined;
    return stanza === undefined || stanza instanceof XmlFault ? text : serialise(renewedElement(stanza));
  });
  return together(each);
}

/** The same of one element: a stanza, or a copy's envelope. */
function renewedElement({ name, attrs, children }: Element): Element {
  const inside = children.map((child) => (typeof child === "string" ? child : renewedElement(child)));
  if (name !== "qtalk" || attrs.xmlns !== LEGACY_MIRROR) return xml(name, attrs, ...inside);
  const renamed = inside.map((child) => {
    if (typeof child === "string" || (child.name !== "message" && child.name !== "body")) return child;
    return xml(MIRROR[child.name], child.attrs, ...child.children);
  });
  return xml("qtalk", { ...attrs, xmlns: NS.qtalk }, ...renamed);
}
