/**
 * Makes a text safe for one line of a terminal: replaces white space and control characters by spaces, and removes
 * bidirectional controls (UAX #9).
 */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replace(/\p{Bidi_Control}/gu, "")
    .trim();
}
