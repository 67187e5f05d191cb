/** Cleans a message's text: forbidden characters, direction controls, superfluous white space, excess length. */
import type { LimitsConfig } from "../config.js";

const FORBIDDEN = /[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
/** Embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX #9), which can disguise a text. */
const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;
const EMPTY_LINES = /\n{3,}/g;
/** How many bytes of a message are reserved for everything but the text. */
const BESIDES = 4 * 1024;
/** How many bytes one byte may become by XML escaping. */
const ESCAPED = 5;
/** Texts up to this many bytes are never shortened. */
const SHORTEST_LIMIT = 256;

export function cleaned(text: string, { message_bytes }: Pick<LimitsConfig, "message_bytes">): string {
  const most = Math.max(SHORTEST_LIMIT, Math.floor((message_bytes - BESIDES) / ESCAPED));
  // The untrusted text is cut first, so that cleaning it is fast. A character takes at least one byte.
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
  // A character that is cut in two becomes U+FFFD.
  return `${bytes
    .subarray(0, most)
    .toString()
    .replace(/\ufffd$/, "")}… (cut)`;
}
