/** Unicode normalisation within a length: a long run of combining marks takes quadratic time, 50 ms for 20,000. */

/**
 * Returns a text in a normal form (UAX #15), of which all but the first `most` UTF-16 units are left out before. Who must not
 * lose any of it refuses a longer one first. The lint forbids String.normalize() elsewhere.
 */
export function normalized(text: string, form: "NFC" | "NFKC", most: number): string {
  const start = text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
  return start.normalize(form);
}
