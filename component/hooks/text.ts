/** A rendered text as it can be said: nothing that XML forbids, no needless lines, no longer than a message may be. */
import type { LimitsConfig } from "../config.js";

const FORBIDDEN = /[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const SPACE_AT_END = /[ \t]+$/gm;
const EMPTY_LINES = /\n{3,}/g;
/** Bytes that are left free for what a message has beside its text. */
const BESIDES = 4 * 1024;
/** What escaping makes of one byte, at most. */
const ESCAPED = 5;

export function cleaned(text: string, { message_bytes }: Pick<LimitsConfig, "message_bytes">): string {
  const plain = text
    .replaceAll("\r\n", "\n")
    .replace(FORBIDDEN, "\ufffd")
    .replace(SPACE_AT_END, "")
    .replace(EMPTY_LINES, "\n\n")
    .trim();
  return cut(plain, Math.max(256, Math.floor((message_bytes - BESIDES) / ESCAPED)));
}

/** @param most bytes */
function cut(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  const bytes = Buffer.from(text).subarray(0, most);
  // A character that was cut in two becomes a mark of that at the end.
  return `${bytes.toString().replace(/\ufffd$/, "")}… (cut)`;
}
