/** Several stanzas in one text: in one piece of the outbox, or in what is written at once. */
import { finished, type WireText } from "./wire-text.js";

/**
 * Several stanzas in a row, one by one. Of a text that isn't well-formed, the rest from the fault on is one piece.
 * (In what a serialiser wrote, ">" ends tags and stands nowhere else.)
 */
export function stanzasIn(text: string): string[] {
  const stanzas: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    if (depth === 0) start = at;
    const end = text.indexOf(">", at);
    if (end < 0) break;
    if (text[at + 1] === "/") depth -= 1;
    else if (text[end - 1] !== "/") depth += 1;
    at = end + 1;
    if (depth > 0) continue;
    if (depth < 0) break;
    stanzas.push(text.slice(start, at));
    start = at;
  }
  const rest = text.slice(start).trim();
  return rest === "" ? stanzas : [...stanzas, rest];
}

/** The stanzas of a finished text. */
export function stanzasOf(text: WireText): WireText[] {
  return stanzasIn(text).map(finished);
}
