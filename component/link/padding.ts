/**
 * Spaces after stanzas with long tags, without which Prosody reads nothing more: its parser (expat, from 2.6.0, "reparse
 * deferral") doesn't look at a tag of which it has seen a part until twice as many bytes have come. A tag of 38 kB would
 * wait for up to 38 kB more, and with it everything that is sent later. So anybody who sent a long attribute to an
 * occupant of a room could silence the component for all.
 */
/** Texts up to this length, in characters, are read in one piece. */
const ONE_PIECE = 1_024;
/** The most bytes of a UTF-16 code unit in UTF-8. */
const MOST_BYTES = 3;

/** Returns a text with spaces (RFC 6120 §4.6.1), so that each tag in it is followed by as many bytes as it has. */
export function padded(text: string): string {
  if (text.length <= ONE_PIECE) return text;
  let missing = 0;
  // Texts and attributes have neither of the two characters, as the serialiser escapes them.
  for (let start = text.indexOf("<"); start >= 0;) {
    const end = text.indexOf(">", start) + 1;
    if (end === 0) break;
    // A character has at least one byte.
    const after = text.length - end;
    if ((end - start) * MOST_BYTES > after + missing)
      missing = Math.max(missing, Buffer.byteLength(text.slice(start, end)) - after);
    start = text.indexOf("<", end);
  }
  return text + " ".repeat(missing);
}
