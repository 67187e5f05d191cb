/** Texts from outside, cut to a length. */

/** The first so many UTF-16 units at most, never half of a character. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
}
