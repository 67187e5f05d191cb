/** Makes a text safe for a terminal, without line breaks, controls and bidirectional controls (UAX #9). */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replace(/\p{Bidi_Control}/gu, "")
    .trim();
}
