/**
 * Stanzas whose text comes from the disk, where it may be damaged. Each is read strictly and written anew by the one
 * serialiser, so what comes out is ours again.
 */
import { parseXml, XmlFault } from "./parse.js";
import { serialise } from "./serialise.js";
import { finished, fits, IllFormed, StanzaTooLarge, type StanzaFault, type WireText } from "./wire-text.js";

/** More than a caller's message may have: it was put into envelopes. */
const LIMITS = { depth: 100, elements: 100_000 };

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

/**
 * One stanza, checked and written anew.
 * @param most the bytes that it may have on the wire
 * @returns a fault as a value
 */
export function storedStanza(text: string, most: number): WireText | StanzaFault {
  const element = parseXml(text, LIMITS);
  if (element instanceof XmlFault) return new IllFormed(element.reason);
  try {
    const stanza = serialise(element);
    return fits(stanza, most) ? stanza : new StanzaTooLarge(Buffer.byteLength(stanza), most);
  } catch (error) {
    if (error instanceof IllFormed) return error;
    throw error;
  }
}
