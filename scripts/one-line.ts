/** A text on one line of a terminal, without control characters and those that would turn other text round (UAX #9). */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replace(/\p{Bidi_Control}/gu, "")
    .trim();
}
