/** Cleans a message's text: removes what XML forbids, direction controls and superfluous space, and cuts it to the size limit. */
import type { LimitsConfig } from "../config.js";

const FORBIDDEN = /[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
/** Embeddings, overrides and isolates of the bidirectional algorithm (UAX #9), which can disguise text. */
const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;
const EMPTY_LINES = /\n{3,}/g;
/** Bytes reserved for the rest of the message. */
const BESIDES = 4 * 1024;
/** The most bytes that escaping makes of one byte. */
const ESCAPED = 5;
const SHORTEST_LIMIT = 256;

export function cleaned(text: string, { message_bytes }: Pick<LimitsConfig, "message_bytes">): string {
  const most = Math.max(SHORTEST_LIMIT, Math.floor((message_bytes - BESIDES) / ESCAPED));
  // Cut before any other work, as the text is untrusted; a character takes at least one byte.
  const head = text.slice(0, most);
  const lines = head.replaceAll("\r\n", "\n").replace(FORBIDDEN, "\ufffd").replace(DIRECTION_CONTROLS, "");
  const plain = lines
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(EMPTY_LINES, "\n\n")
    .trim();
  const bytes = Buffer.from(plain);
  if (bytes.length <= most && head.length === text.length) return plain;
  // A character cut in two becomes U+FFFD.
  return `${bytes
    .subarray(0, most)
    .toString()
    .replace(/\ufffd$/, "")}… (cut)`;
}
