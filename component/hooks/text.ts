/** The text of a hook's message: no characters that XML forbids or that turn other text round, no needless space, no longer than a message may be. */
import type { LimitsConfig } from "../config.js";

const FORBIDDEN = /[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
/** Embeddings, overrides and isolates of the bidirectional algorithm (UAX #9): they can make a text read as another. */
const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;
const EMPTY_LINES = /\n{3,}/g;
/** Bytes that are left free for what a message has beside its text. */
const BESIDES = 4 * 1024;
/** Bytes that escaping makes of one, at most. */
const ESCAPED = 5;
const SHORTEST_LIMIT = 256;

export function cleaned(text: string, { message_bytes }: Pick<LimitsConfig, "message_bytes">): string {
  const most = Math.max(SHORTEST_LIMIT, Math.floor((message_bytes - BESIDES) / ESCAPED));
  // Anybody may have written it: it is cut before anything else looks at it. No character takes less than a byte.
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
  // A character that was cut in two becomes U+FFFD.
  return `${bytes
    .subarray(0, most)
    .toString()
    .replace(/\ufffd$/, "")}… (cut)`;
}
