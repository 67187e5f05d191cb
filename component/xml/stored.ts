import { finished, type WireText } from "./wire-text.js";

/**
 * Splits a serialised text, such as a row of the outbox, into its stanzas. If the text isn't well-formed, everything
 * from the fault on is one part. (The serialiser escapes every ">" outside of tags.)
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

/** Splits a text for the stream into its stanzas. */
export function stanzasOf(text: WireText): WireText[] {
  return stanzasIn(text).map(finished);
}
