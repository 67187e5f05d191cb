/**
 * Names and namespaces that every server's parser accepts. expat, which ejabberd and Prosody use, knows only the names of
 * XML 1.0's fourth edition, and no line ends in namespaces; anything else closes the component's stream. Allowed here is
 * the commonly used part of both editions.
 */

const LETTERS =
  "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0391-\u03a1\u03a3-\u03ce\u0410-\u044f\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3";
const PART = `[${LETTERS}][${LETTERS}0-9.\\-\u00b7]*`;
const NAME = new RegExp(`^(?:(${PART}):)?${PART}$`);

/**
 * A cache of the prefixes of names. Long names are not cached: they would keep the text alive that they are part of.
 */
const known = new Map<string, string>();
const KNOWN = { names: 1_000, length: 12 };

/**
 * The attributes with the prefix xml (XML 1.0 §2.10 and §2.12, xml:id, XML Base). Prosody rewrites any other one with
 * another prefix for the same namespace, which closes the streams of all clients that get it.
 */
const XML_ATTRIBUTES: ReadonlySet<string> = new Set(["xml:lang", "xml:space", "xml:base", "xml:id"]);

/** The prefix of an element's or attribute's name: "" if there is none, undefined if the name is invalid. */
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

/** Whether it is a valid name of an element or attribute, with or without prefix. */
export function isName(text: string): boolean {
  return prefixOf(text) !== undefined;
}

/** The namespaces of the prefixes xml and xmlns, reserved for them (Namespaces in XML 1.0 §3). */
export const RESERVED = {
  xml: "http://www.w3.org/XML/1998/namespace",
  xmlns: "http://www.w3.org/2000/xmlns/",
} as const;

/** Whether it can be declared as a namespace: a URI, which has no white space. */
export function isDeclarable(namespace: string): boolean {
  return namespace !== RESERVED.xml && namespace !== RESERVED.xmlns && !/\s/.test(namespace);
}

/** Whether an attribute's value is a namespace. */
export function declaresNamespace(attribute: string): boolean {
  return attribute === "xmlns" || attribute.startsWith("xmlns:");
}
