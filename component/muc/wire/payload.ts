/** Rebuilds elements of clients' stanzas so that they can be passed on, within limits. */
import { StanzaError } from "../../stanza-error.js";
import type { Element } from "../../xml/builder.js";
import { isName } from "../../xml/names.js";
import { NamespaceFault, Scope } from "../../xml/namespaces.js";
import { inStanza, Rebuilder, RebuildFault, type Reader } from "../../xml/rebuild.js";
import { hasForbiddenCharacter } from "../../xml/serialise.js";

/** Somewhat less than parseXml() accepts, so that what is passed on can be parsed again. */
const LIMITS = { depth: 60, elements: 9_000, namespaces: 64 * 1024 };

/** The child elements of a stanza, rebuilt. @throws StanzaError bad-request if one can't be passed on */
export function passedOn(stanza: Element): Element[] {
  return sanitised(stanza, stanza.getChildElements());
}

/** One element of a stanza, such as an IQ's payload, rebuilt. @throws StanzaError bad-request */
export function passOn(element: Element): Element {
  const [rebuilt = element] = sanitised(element.parent, [element]);
  return rebuilt;
}

/** A stanza's own attributes, without undeclared prefixes and names that not every parser accepts. */
export function attributesOf({ attrs }: Element): Record<string, string | undefined> {
  const isKept = (name: string): boolean => (!name.includes(":") || name.startsWith("xml:")) && isName(name);
  return Object.fromEntries(Object.entries(attrs).filter(([name]) => name !== "xmlns" && isKept(name)));
}

/** The namespace of a stanza's child; "" for the stanza's own. */
export function namespaceOf(element: Element): string {
  return inStanza(element.getNS() ?? "");
}

/** Checks texts, as the stream's parser accepts references to characters that XML forbids. */
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

function check(text: string): void {
  if (hasForbiddenCharacter(text)) throw new RebuildFault("a character that XML forbids");
}

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

/** The namespace declarations in scope inside an element. */
function scopeIn(element: Element | null): Scope {
  return element === null ? Scope.outermost : scopeIn(element.parent).within(READER.attributesOf(element));
}
