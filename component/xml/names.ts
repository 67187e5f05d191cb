/**
 * Names and namespaces that every server's parser takes: the one rule for the whole program. expat, which ejabberd and
 * Prosody read their streams with, knows only the names of XML 1.0's fourth edition, and takes no line end in a
 * namespace: anything else closes the stream for everybody. What is allowed here is the part of both editions that
 * anybody uses.
 */

const LETTERS =
  "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0391-\u03a1\u03a3-\u03ce\u0410-\u044f\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3";
const PART = `[${LETTERS}][${LETTERS}0-9.\\-\u00b7]*`;
const NAME = new RegExp(`^(?:(${PART}):)?${PART}$`);

/**
 * The prefixes of names seen before: the same few come with every message. A longer name would keep the text alive
 * that it is of.
 */
const known = new Map<string, string>();
const KNOWN = { names: 1_000, length: 12 };

/**
 * What the prefix xml is for (XML 1.0 §2.10 and §2.12, xml:id, XML Base). Of any other attribute with it Prosody makes
 * one with another prefix for the same namespace, which closes the streams of all clients that it goes to.
 */
const XML_ATTRIBUTES: ReadonlySet<string> = new Set(["xml:lang", "xml:space", "xml:base", "xml:id"]);

/** The prefix of an element's or an attribute's name: "" where it has none; undefined for what is no name. */
export function prefixOf(name: string): string | undefined {
  const before = known.get(name);
  if (before !== undefined) return before;
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const prefix = match[1] ?? "";
  if (prefix === "xml" && !XML_ATTRIBUTES.has(name)) return undefined;
  if (known.size < KNOWN.names && name.length <= KNOWN.length) known.set(name, prefix);
  return prefix;
}

/** Whether this is an element's or an attribute's name, with a prefix or without. */
export function isName(text: string): boolean {
  return prefixOf(text) !== undefined;
}

/** The namespaces that nothing but the prefixes xml and xmlns stands for (Namespaces in XML 1.0 §3). */
export const RESERVED = {
  xml: "http://www.w3.org/XML/1998/namespace",
  xmlns: "http://www.w3.org/2000/xmlns/",
} as const;

/** Whether this can be declared as a namespace: it is meant to be a URI, and those hold no white space. */
export function isDeclarable(namespace: string): boolean {
  return namespace !== RESERVED.xml && namespace !== RESERVED.xmlns && !/\s/.test(namespace);
}

/** Whether an attribute's value is a namespace. */
export function declaresNamespace(attribute: string): boolean {
  return attribute === "xmlns" || attribute.startsWith("xmlns:");
}
