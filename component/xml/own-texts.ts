/**
 * Texts that own their memory. V8 makes a substring of 13 characters or more a view of the text it was cut from, so an
 * address that is kept as the key of a rate limit would keep its whole stanza, and all that was read with it. Both parsers
 * (link/stream.ts, parse.ts) therefore give elements texts of their own, so that every part may be kept for any time.
 */
import type { Element } from "./builder.js";

/** The length of the shortest substring that V8 makes a view (SlicedString::kMinLength). */
const VIEW = 13;

/** Returns the same text in memory of its own. */
export function ownText(text: string): string {
  // Joining copies, because a view can't be made of two texts; the result is a view of the copy.
  return text.length < VIEW ? text : ` ${text}`.slice(1);
}

/** Gives an element and all elements inside it texts of their own, at any depth. @returns the element */
export function withOwnTexts(element: Element): Element {
  const left = [element];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    one.name = ownText(one.name);
    const { attrs, children } = one;
    for (const name in attrs) {
      const value = attrs[name];
      if (value !== undefined && value.length >= VIEW) attrs[name] = ownText(value);
    }
    for (const [at, child] of children.entries()) {
      if (typeof child === "string") children[at] = ownText(child);
      else left.push(child);
    }
  }
  return element;
}
