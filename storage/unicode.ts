/** Texts within a length, in UTF-16 units. Normalising a long run of combining marks takes quadratic time: 50 ms for 20,000. */

/** In a text longer than this, such runs are cut; shorter ones, such as addresses and names, stay whole. */
const SHORT = 2048;
/** More marks on one character than anybody writes: UAX #15 expects 30 at most (stream-safe format). */
const CROWDED = /(\p{M}{128})\p{M}+/gu;

/**
 * Truncates a text to `most` units, without splitting a surrogate pair. For texts that are stored, or read by programs. What
 * people read is elided() or quoted() (component/wording.ts); in a hook's message, formats/shortening.ts cuts after a word.
 */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
}

/**
 * Returns a text in a normal form (UAX #15), of which all but the first `most` units, and marks above CROWDED, are left out before. Who must not
 * lose any of it refuses a longer one first. The lint forbids String.normalize() elsewhere.
 */
export function normalized(text: string, form: "NFC" | "NFKC", most: number): string {
  const kept = cut(text, most);
  return (kept.length > SHORT ? kept.replaceAll(CROWDED, "$1") : kept).normalize(form);
}
