/**
 * Serialises elements for the stream. Unlike ltx, it refuses characters that XML 1.0 forbids (§2.2), because the server
 * would close the stream, which all users share. It escapes line ends and tabs that a parser would normalise (§2.11,
 * §3.3.3), so that attributes such as extendInfo arrive as they were sent.
 */
import { quoted } from "../wording.js";
import type { Element } from "./builder.js";
import { isDeclarable, prefixOf } from "./names.js";
import { ExpandedNames, NamespaceFault, qname, Scope } from "./namespaces.js";
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
  const text = write(element, Scope.outermost);
  if (FORBIDDEN.test(text)) throw new IllFormed(`<${element.name}> holds a character that XML forbids`);
  return finished(text);
}

/** Returns an attribute's value, escaped and in double quotes. */
export function quote(value: string): string {
  return `"${escaped(value, IN_ATTRIBUTE)}"`;
}

/** Escapes a text. Tests first, because testing is faster than replacing, and most texts need no escaping. */
function escaped(text: string, { any, each }: typeof IN_TEXT): string {
  return any.test(text) ? text.replace(each, (c) => ownProperty(ENTITIES, c) ?? c) : text;
}

/** Serialises an element. @param around namespace declarations outside the element */
function write(element: Element, around: Scope): string {
  const { name, attrs, children } = element;
  let isPlain = prefixIn(name) === "";
  let text = `<${name}`;
  for (const key in attrs) {
    const value = attrs[key];
    if (value === undefined) continue;
    if (prefixIn(key) !== "" || (key === "xmlns" && !isDeclarable(value))) isPlain = false;
    text += ` ${key}=${quote(value)}`;
  }
  if (children.length === 0) {
    if (!isPlain) scopeOf(element, around);
    return `${text}/>`;
  }
  const scope = isPlain ? around : scopeOf(element, around);
  text += ">";
  for (const child of children) {
    text += typeof child === "string" ? escaped(child, IN_TEXT) : write(child, scope);
  }
  return `${text}</${name}>`;
}

/** Returns the prefix of a name. @throws IllFormed if the name isn't accepted (names.ts) */
function prefixIn(name: string): string {
  const prefix = prefixOf(name);
  if (prefix === undefined) throw new IllFormed(`${quoted(name)} is no name of an element or an attribute`);
  return prefix;
}

/** Returns the namespace declarations inside an element. @throws IllFormed if a prefix or a declaration is invalid */
function scopeOf({ name, attrs }: Element, around: Scope): Scope {
  try {
    const scope = around.within(attrs);
    const { prefix } = qname(name);
    if (prefix === "xml" || prefix === "xmlns") throw new IllFormed(`an element's prefix is ${prefix}`);
    scope.namespaceOf(prefix);
    const names = new ExpandedNames();
    for (const key in attrs) {
      const { prefix: of, local } = qname(key);
      if (of === "" || of === "xmlns" || attrs[key] === undefined) continue;
      if (!names.add(scope.namespaceOf(of), local))
        throw new IllFormed(`the attribute ${quoted(key)} is there twice`);
    }
    return scope;
  } catch (error) {
    throw error instanceof NamespaceFault ? new IllFormed(error.message) : error;
  }
}
