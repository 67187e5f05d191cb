/** Rebuilds elements of clients' stanzas, so that they are valid in other stanzas and within limits. */
import { StanzaError } from "../../inbound/stanza-error.js";
import type { Element } from "../../xml/builder.js";
import { isName } from "../../xml/names.js";
import { NamespaceFault, Scope } from "../../xml/namespaces.js";
import { inStanza, Rebuilder, RebuildFault, type Reader } from "../../xml/rebuild.js";
import { hasForbiddenCharacter } from "../../xml/serialise.js";

/** Limits below those of parseXml(), which must be able to parse the rebuilt elements. `namespaces`: in characters. */
const LIMITS = { depth: 60, elements: 9_000, namespaces: 64 * 1024 };

/** Rebuilds the child elements of a stanza. @throws StanzaError bad-request if one can't be rebuilt */
export function passedOn(stanza: Element): Element[] {
  return sanitised(stanza, stanza.getChildElements());
}

/** Rebuilds one element, such as an IQ's payload. @throws StanzaError bad-request if it can't be rebuilt */
export function passOn(element: Element): Element {
  const [rebuilt = element] = sanitised(element.parent, [element]);
  return rebuilt;
}

/** Returns a stanza's attributes, except those with an unusual name (xml/names.ts) or a prefix other than xml. */
export function attributesOf({ attrs }: Element): Record<string, string | undefined> {
  const isKept = (name: string): boolean => (!name.includes(":") || name.startsWith("xml:")) && isName(name);
  return Object.fromEntries(Object.entries(attrs).filter(([name]) => name !== "xmlns" && isKept(name)));
}

/** Returns the namespace of a stanza's child; "" if it is the stanza's own namespace. */
export function namespaceOf(element: Element): string {
  return inStanza(element.getNS() ?? "");
}

/** Also checks texts, because the stream's parser accepts references to characters that XML forbids. */
const READER: Reader<Element, Element | string> = {
  attributesOf({ attrs }) {
    for (const name in attrs) check(attrs[name] ?? "");
    return attrs;
  },
  read(child) {
    if (typeof child === "string") check(child);
    return child;
  },
};

/** Checks a text. @throws RebuildFault if it has a character that XML forbids */
function check(text: string): void {
  if (hasForbiddenCharacter(text)) throw new RebuildFault("a character that XML forbids");
}

/** Rebuilds elements. @param parent the elements' parent, whose namespace declarations apply */
function sanitised(parent: Element | null, elements: readonly Element[]): Element[] {
  try {
    const scope = scopeIn(parent);
    const rebuilder = new Rebuilder(READER, LIMITS);
    return elements.map((element) => rebuilder.rebuild(element, scope));
  } catch (error) {
    if (!(error instanceof RebuildFault || error instanceof NamespaceFault)) throw error;
    throw new StanzaError("modify", "bad-request", `This stanza can't be passed on: ${error.message}.`);
  }
}

/** Returns the namespace declarations that apply inside an element. */
function scopeIn(element: Element | null): Scope {
  return element === null ? Scope.outermost : scopeIn(element.parent).within(READER.attributesOf(element));
}
