/** Makes a text safe for one line of a terminal: no control characters, no bidirectional controls (UAX #9). */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replace(/\p{Bidi_Control}/gu, "")
    .trim();
}
