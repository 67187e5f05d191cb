/**
 * Serialises elements for the stream, which all users share. Unlike ltx, it refuses characters that XML 1.0 forbids
 * (§2.2), and escapes line ends and tabs that a parser would normalise (§2.11, §3.3.3), so that they arrive.
 */
import { quoted } from "../wording.js";
import type { Element } from "./builder.js";
import { isDeclarable, prefixOf } from "./names.js";
import { finished, IllFormed, type WireText } from "./wire-text.js";
import { ownProperty } from "../own-property.js";

const FORBIDDEN = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
/** The characters to escape in texts: a pattern to test for any of them, and one to replace each. */
const IN_TEXT = { any: /[&<>\r]/, each: /[&<>\r]/g };
/** The characters to escape in attributes, as two patterns like IN_TEXT. */
const IN_ATTRIBUTE = { any: /[&<>"'\t\n\r]/, each: /[&<>"'\t\n\r]/g };
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/** Whether the text has a control character, lone surrogate or non-character that XML 1.0 forbids. */
export function hasForbiddenCharacter(text: string): boolean {
  return FORBIDDEN.test(text);
}

/** Serialises an element. @throws IllFormed if the server would close the stream because of the text */
export function serialise(element: Element): WireText {
  const text = write(element, true);
  if (FORBIDDEN.test(text)) throw new IllFormed(`<${element.name}> holds a character that XML forbids`);
  return finished(text);
}

/** Serialises a stranger's element for parseXml(), which checks its prefixes and characters. @throws IllFormed */
export function unchecked(element: Element): string {
  return write(element, false);
}

/** Returns an attribute's value, escaped and in double quotes. */
export function quote(value: string): string {
  return `"${escaped(value, IN_ATTRIBUTE)}"`;
}

/** Escapes a text. Tests first, because testing is faster than replacing, and most texts need no escaping. */
function escaped(text: string, { any, each }: typeof IN_TEXT): string {
  return any.test(text) ? text.replace(each, (c) => ownProperty(ENTITIES, c) ?? c) : text;
}

/** @param isStrict whether to check the prefixes: elements have none, and attributes only those that their element declares */
function write({ name, attrs, children }: Element, isStrict: boolean): string {
  if (prefixIn(name) !== "" && isStrict) throw new IllFormed(`the element ${quoted(name)} has a prefix`);
  let isPlain = true;
  let text = `<${name}`;
  for (const key in attrs) {
    const value = attrs[key];
    if (value === undefined) continue;
    if (prefixIn(key) !== "" || (key === "xmlns" && !isDeclarable(value))) isPlain = false;
    text += ` ${key}=${quote(value)}`;
  }
  if (isStrict && !isPlain) checkPrefixes(attrs);
  if (children.length === 0) return `${text}/>`;
  text += ">";
  for (const child of children)
    text += typeof child === "string" ? escaped(child, IN_TEXT) : write(child, isStrict);
  return `${text}</${name}>`;
}

/** Returns the prefix of a name. @throws IllFormed if the name isn't accepted (names.ts) */
function prefixIn(name: string): string {
  const prefix = prefixOf(name);
  if (prefix === undefined) throw new IllFormed(`${quoted(name)} is no name of an element or an attribute`);
  return prefix;
}

/** Checks an element's declarations, and the prefixes of its attributes. @throws IllFormed */
function checkPrefixes(attrs: Element["attrs"]): void {
  const expanded = new Set<string>();
  for (const [key, value] of Object.entries(attrs)) {
    if (value === undefined) continue;
    const prefix = prefixIn(key);
    const local = prefix === "" ? key : key.slice(prefix.length + 1);
    if (key === "xmlns" || prefix === "xmlns") {
      const isReserved = prefix === "xmlns" && (value === "" || local === "xml" || local === "xmlns");
      if (isReserved || !isDeclarable(value))
        throw new IllFormed(`${key} has a namespace that it can't have`);
    } else if (prefix !== "" && prefix !== "xml") {
      const namespace = ownProperty(attrs, `xmlns:${prefix}`);
      if (namespace === undefined) throw new IllFormed(`the prefix ${prefix} is not declared`);
      const size = expanded.size;
      if (expanded.add(`${namespace} ${local}`).size === size)
        throw new IllFormed(`the attribute ${quoted(key)} is there twice`);
    }
  }
}
