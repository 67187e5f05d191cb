import type { Element } from "./builder.js";

/** How deep the elements of a stanza may be nested. Handlers recurse, so deeper stanzas could overflow the stack. */
export const MAX_DEPTH = 100;

/** The limit that a stanza exceeds. */
export type Excess = "size" | "depth";

/**
 * Returns which limit a stanza exceeds, without serialising it: "depth" for MAX_DEPTH, or "size".
 * @param characters the limit for names, attributes and texts together, in UTF-16 units; bytes exceed it, too
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

/** Returns the length of all names, attributes and texts of a stanza together, unescaped, in UTF-16 units. */
export function charactersIn({ name, attrs, children }: Element): number {
  let sum = name.length;
  for (const [key, value] of Object.entries(attrs)) sum += key.length + (value?.length ?? 0);
  for (const child of children) sum += typeof child === "string" ? child.length : charactersIn(child);
  return sum;
}
