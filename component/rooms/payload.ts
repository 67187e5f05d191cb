/**
 * What of somebody's stanza is passed on to others: its children, rebuilt with plain namespaces in place of prefixes
 * (a prefix declared outside of the stanza would be unbound in ours), and within bounds.
 */
import { StanzaError } from "../stanza-error.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { hasForbiddenCharacter } from "../xml/serialise.js";

const MAX_DEPTH = 64;
const MAX_ELEMENTS = 10_000;
/** The stanza's own namespaces: on the stream they are the default. */
const OWN: ReadonlySet<string | undefined> = new Set([undefined, "", NS.accept, NS.client]);

/**
 * The child elements that are passed on.
 * @param isDropped tells those that aren't
 * @throws StanzaError bad-request for what can't be passed on
 */
export function passedOn(stanza: Element, isDropped: (child: Element) => boolean): Element[] {
  const budget = { elements: MAX_ELEMENTS };
  return stanza
    .getChildElements()
    .filter((child) => !isDropped(child))
    .map((child) => rebuild(child, "", MAX_DEPTH, budget));
}

/** A stanza's own attributes, as far as they mean something outside of it. */
export function attributesOf({ attrs }: Element): Record<string, string | undefined> {
  const isKept = (name: string): boolean => !name.includes(":") || name.startsWith("xml:");
  return Object.fromEntries(Object.entries(attrs).filter(([name]) => name !== "xmlns" && isKept(name)));
}

/** The namespace of a stanza's child; "" for the stanza's own. */
export function namespaceOf(element: Element): string {
  const ns = element.getNS();
  return OWN.has(ns) ? "" : (ns ?? "");
}

function rebuild(element: Element, parentNs: string, depth: number, budget: { elements: number }): Element {
  if (depth === 0 || --budget.elements < 0)
    throw new StanzaError("modify", "bad-request", "too deep or long");
  const prefix = prefixOf(element.name);
  const ns = prefix === undefined ? namespaceOf(element) : boundTo(element, prefix);
  const attrs: Record<string, string> = {};
  if (ns !== parentNs) attrs.xmlns = ns === "" ? NS.client : ns;
  for (const [name, value] of Object.entries(element.attrs)) {
    if (value === undefined || name === "xmlns" || name.startsWith("xmlns:")) continue;
    if (hasForbiddenCharacter(value)) throw new StanzaError("modify", "bad-request");
    const attributePrefix = prefixOf(name);
    if (attributePrefix !== undefined && attributePrefix !== "xml")
      attrs[`xmlns:${attributePrefix}`] = boundTo(element, attributePrefix);
    attrs[name] = value;
  }
  const children = element.children.map((child) => {
    if (typeof child !== "string") return rebuild(child, ns, depth - 1, budget);
    if (hasForbiddenCharacter(child)) throw new StanzaError("modify", "bad-request");
    return child;
  });
  return xml(element.getName(), attrs, ...children);
}

function prefixOf(name: string): string | undefined {
  const colon = name.indexOf(":");
  return colon < 0 ? undefined : name.slice(0, colon);
}

function boundTo(element: Element, prefix: string): string {
  for (let at: Element | null = element; at !== null; at = at.parent) {
    const ns = at.attrs[`xmlns:${prefix}`];
    if (ns !== undefined) return ns;
  }
  throw new StanzaError("modify", "bad-request", `The prefix ${prefix} is not declared.`);
}
