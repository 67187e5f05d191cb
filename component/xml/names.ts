/**
 * Checks names and namespaces: ejabberd's and Prosody's Expat accepts only names of the fourth edition of XML 1.0,
 * and no line ends in namespaces, or it closes the stream. Common names of both last editions are accepted.
 */

/** The accepted first characters of a prefix or a local name, as part of a regular expression. */
const LETTERS =
  "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0391-\u03a1\u03a3-\u03ce\u0410-\u044f\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3";
/** The regular expression of a prefix or a local name. */
const PART = `[${LETTERS}][${LETTERS}0-9.\\-\u00b7]*`;
/** Matches an accepted name, and captures its prefix. */
const NAME = new RegExp(`^(?:(${PART}):)?${PART}$`);

/** The cached prefixes of names. Long names aren't cached, because a substring keeps the whole text in memory. */
const known = new Map<string, string>();
/** How many names are cached, and how many characters a cached name may have. */
const KNOWN = { names: 1_000, length: 12 };

/**
 * The accepted attributes with the prefix xml (XML 1.0 §2.10, §2.12, xml:id, XML Base). Prosody replaces the prefix of
 * all others by a forbidden one; clients that receive the stanza then close their stream.
 */
const XML_ATTRIBUTES: ReadonlySet<string> = new Set(["xml:lang", "xml:space", "xml:base", "xml:id"]);

/** Returns a name's prefix: "" if it has none, undefined if the name isn't accepted. */
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

/** Whether a text is an accepted name of an element or attribute, with or without prefix. */
export function isName(text: string): boolean {
  return prefixOf(text) !== undefined;
}

/** The namespaces of the prefixes xml and xmlns. No other prefix may have them (Namespaces in XML 1.0 §3). */
const RESERVED: ReadonlySet<string> = new Set([
  "http://www.w3.org/XML/1998/namespace",
  "http://www.w3.org/2000/xmlns/",
]);

/** Whether a namespace may be declared: it isn't reserved and, like any URI, has no white space. */
export function isDeclarable(namespace: string): boolean {
  return !RESERVED.has(namespace) && !/\s/.test(namespace);
}

/** Whether an attribute of this name declares a namespace. */
export function declaresNamespace(attribute: string): boolean {
  return attribute === "xmlns" || attribute.startsWith("xmlns:");
}
