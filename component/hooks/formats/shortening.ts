/** Shortens texts to widths, in characters. */
import { cut } from "../../../storage/unicode.js";

/** A word or number that a cut has divided. Chinese, which has no spaces, may be cut anywhere. */
const DIVIDED = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}_.,:%/+-]{1,40}$/u;

/**
 * Returns a text on one line. If it is longer than `most`, it is cut after a word, and "…" follows; within the word, such
 * as a machine's name, if less than half would be left.
 */
export function shortened(text: string, most: number): string {
  // A text may be very long; runs of white space become single spaces.
  const line = text
    .slice(0, 4 * most + 100)
    .replace(/\s+/g, " ")
    .trim();
  if (line.length <= most) return line;
  if (most < 1) return "";
  const head = cut(line, most - 1);
  const isDivided = DIVIDED.test(line.charAt(head.length));
  const words = isDivided ? head.replace(DIVIDED, "") : head;
  return `${(words.length < most / 2 ? head : words).trimEnd()}…`;
}
