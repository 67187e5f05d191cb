/**
 * The one serialiser: every character on the stream to the server comes out of here.
 *
 * It differs from ltx's own in two ways that matter on a shared stream: it refuses what XML 1.0 forbids
 * (§2.2: the server would close the stream for everybody), and it keeps line ends and tabs that a parser would
 * otherwise normalise away (§2.11, §3.3.3), so that attributes such as extendInfo arrive as they were sent.
 */
import type { Element } from "./builder.js";
import { declaresNamespace, isName, isNamespace } from "./names.js";

/** Text holds a character that no XML document can carry. */
export class ForbiddenCharacter extends Error {
  override name = "ForbiddenCharacter";
}

const FORBIDDEN = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const IN_TEXT = { any: /[&<>\r]/, each: /[&<>\r]/g };
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

/** Whether the text holds a control character, a lone surrogate or a non-character that XML 1.0 forbids. */
export function hasForbiddenCharacter(text: string): boolean {
  return FORBIDDEN.test(text);
}

/** @throws ForbiddenCharacter rather than writing what would close the stream */
export function serialise(element: Element): string {
  const text = write(element);
  if (FORBIDDEN.test(text))
    throw new ForbiddenCharacter(`<${element.name}> holds a character that XML forbids`);
  return text;
}

/** An attribute's value, quoted and escaped as serialise() does it. */
export function quote(value: string): string {
  return `"${escaped(value, IN_ATTRIBUTE)}"`;
}

/** Most texts hold nothing to escape, and replacing costs much even where nothing matches. */
function escaped(text: string, { any, each }: typeof IN_TEXT): string {
  return any.test(text) ? text.replace(each, (c) => ENTITIES[c] ?? c) : text;
}

function write(element: Element): string {
  if (!isName(element.name)) throw new ForbiddenCharacter("an element's name is not one");
  let text = `<${element.name}`;
  const { attrs } = element;
  for (const name in attrs) {
    const value = attrs[name];
    if (value === undefined) continue;
    if (!isName(name)) throw new ForbiddenCharacter("an attribute's name is not one");
    if (declaresNamespace(name) && !isNamespace(value))
      throw new ForbiddenCharacter("a namespace holds white space");
    text += ` ${name}=${quote(value)}`;
  }
  if (element.children.length === 0) return `${text}/>`;
  text += ">";
  for (const child of element.children) {
    text += typeof child === "string" ? escaped(child, IN_TEXT) : write(child);
  }
  return `${text}</${element.name}>`;
}
