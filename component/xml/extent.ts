/** How much an element holds, told without writing it: what is too large isn't worked on at all. */
import type { Element } from "./builder.js";

/**
 * Whether what it holds, unescaped, has more than so many characters (UTF-16 units): names, attributes and texts. No
 * element can be written in fewer bytes.
 */
export function exceeds(element: Element, characters: number): boolean {
  return left(element, characters) < 0;
}

/** What is left of so many characters; below 0 as soon as they are exceeded. */
function left(element: Element, characters: number): number {
  let rest = characters - element.name.length;
  for (const name in element.attrs) rest -= name.length + (element.attrs[name]?.length ?? 0);
  for (const child of element.children) {
    if (rest < 0) return rest;
    rest = typeof child === "string" ? rest - child.length : left(child, rest);
  }
  return rest;
}
