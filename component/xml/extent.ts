/** How large and how deep an element is, found without writing it: what exceeds a limit isn't worked on at all. */
import type { Element } from "./builder.js";

/** Levels of elements in a stanza. Handlers walk through stanzas level by level, and the stack ends somewhere. */
export const MAX_DEPTH = 100;

export type Excess = "size" | "depth";

/**
 * Which limit a stanza exceeds: MAX_DEPTH, or a size in characters (UTF-16 units) of its unescaped names, attributes and
 * texts. No element can be written in fewer bytes.
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
