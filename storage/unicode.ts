/** Texts within a length, in UTF-16 units. Normalising a long run of combining marks takes quadratic time: 50 ms for 20,000. */

/**
 * Truncates a text to `most` units, without splitting a surrogate pair. For texts that are stored, or read by programs. What
 * people read is elided() or quoted() (component/wording.ts); in a hook's message, formats/shortening.ts cuts after a word.
 */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
}

/**
 * Returns a text in a normal form (UAX #15), of which all but the first `most` units are left out before. Who must not
 * lose any of it refuses a longer one first. The lint forbids String.normalize() elsewhere.
 */
export function normalized(text: string, form: "NFC" | "NFKC", most: number): string {
  return cut(text, most).normalize(form);
}
