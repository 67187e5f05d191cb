/** The size and depth of an element, computed without serialising it, so that larger ones are refused early. */
import type { Element } from "./builder.js";

/** The most levels of elements in a stanza, as handlers recurse. */
export const MAX_DEPTH = 100;

export type Excess = "size" | "depth";

/**
 * Returns the limit that a stanza exceeds: MAX_DEPTH, or a size in UTF-16 units of its unescaped names, attributes and
 * texts, which is at most its size in bytes.
 */
export function excessOf(stanza: Element, characters: number): Excess | undefined {
  let rest = characters;
  const measure = (element: Element, depth: number): Excess | undefined => {
    if (depth > MAX_DEPTH) return "depth";
    rest -= element.name.length;
    for (const name in element.attrs) rest -= name.length + (element.attrs[name]?.length ?? 0);
    for (const child of element.children) {
      if (rest < 0) break;
      if (typeof child === "string") rest -= child.length;
      else if (measure(child, depth + 1) === "depth") return "depth";
    }
    return rest < 0 ? "size" : undefined;
  };
  return measure(stanza, 1);
}
