/**
 * Makes a text safe for a terminal: spaces for white space and controls, no bidirectional controls (UAX #9).
 */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replace(/\p{Bidi_Control}/gu, "")
    .trim();
}
