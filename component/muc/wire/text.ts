/** Texts from clients, limited in length. */
import { xml, type Element } from "../../xml/builder.js";

/** The longest reason or other short text, in UTF-16 units. */
const MAX_TEXT = 2000;

/** The text of a child, truncated to 2,000 characters; undefined if there is no such child. */
export function textIn(element: Element, name: string): string | undefined {
  const text = element.getChildText(name);
  return text === null ? undefined : cut(text, MAX_TEXT);
}

/** The first `most` UTF-16 units, never half of a character. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
}

/** An element with a text; undefined if there is no text. */
export function textElement(name: string, text: string | undefined): Element | undefined {
  return text === undefined ? undefined : xml(name, {}, text);
}
