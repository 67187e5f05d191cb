/**
 * Names and namespaces that every server's parser takes. expat, which ejabberd and Prosody read their streams with,
 * knows only the names of XML 1.0's fourth edition, and takes no line end in a namespace: anything else closes the
 * stream for everybody. What is allowed here is the part of both editions that anybody uses.
 */

const LETTERS =
  "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0391-\u03a1\u03a3-\u03ce\u0410-\u044f\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3";
const PART = `[${LETTERS}][${LETTERS}0-9.\\-\u00b7]*`;
const NAME = new RegExp(`^(?:${PART}:)?${PART}$`);

/** Names seen before: the same few come with every message. A longer one would keep the text alive that it is of. */
const known = new Set<string>();
const KNOWN = { names: 1_000, length: 12 };

/** Whether this is an element's or an attribute's name, with a prefix or without. */
export function isName(text: string): boolean {
  if (known.has(text)) return true;
  if (!NAME.test(text)) return false;
  if (known.size < KNOWN.names && text.length <= KNOWN.length) known.add(text);
  return true;
}

/** Whether this can stand for a namespace: it is meant to be a URI, and those hold no white space. */
export function isNamespace(text: string): boolean {
  return !/\s/.test(text);
}

/** Whether an attribute's value is a namespace. */
export function declaresNamespace(attribute: string): boolean {
  return attribute === "xmlns" || attribute.startsWith("xmlns:");
}
