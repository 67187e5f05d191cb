import type { Element } from "./builder.js";

/** How deep the elements of a stanza may be nested. Handlers recurse, so deeper stanzas could overflow the stack. */
export const MAX_DEPTH = 100;

/** How many elements and attributes a stanza may have. Each costs far more than its bytes wherever the stanza is handled. */
export const MAX_PARTS = 20_000;

/** The limit that a stanza exceeds. */
export type Excess = "size" | "depth" | "parts";

/**
 * Returns which limit a stanza exceeds, without serialising it: "depth" for MAX_DEPTH, "parts" for MAX_PARTS, or "size".
 * @param characters the limit for names, attributes and texts together, in UTF-16 units; bytes exceed it, too
 */
export function excessOf(stanza: Element, characters: number): Excess | undefined {
  let rest = characters;
  let parts = 0;
  const measure = (element: Element, depth: number): Excess | undefined => {
    if (depth > MAX_DEPTH) return "depth";
    rest -= element.name.length;
    parts++;
    for (const name in element.attrs) {
      rest -= name.length + (element.attrs[name]?.length ?? 0);
      parts++;
    }
    for (const child of element.children) {
      if (rest < 0 || parts > MAX_PARTS) break;
      if (typeof child === "string") rest -= child.length;
      else if (measure(child, depth + 1) === "depth") return "depth";
    }
    if (rest < 0) return "size";
    return parts > MAX_PARTS ? "parts" : undefined;
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
