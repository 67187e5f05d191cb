/**
 * Parses JSON of programs and strangers. The cost grows with the number of values and of different keys, not with the bytes:
 * 8 MB of keys take seconds, and ten times their memory. So both are counted first, which takes a few nanoseconds for a
 * character.
 */
import { randomInt } from "node:crypto";

/** How deep JSON may be nested. The calls of the interface need four levels. */
const MAX_DEPTH = 32;
/** How many values JSON may have if its reader expects no lists: items of lists and of objects, and empty ones. */
export const MAX_VALUES = 100_000;
/** How many different keys JSON may have. They are told apart by their hash, so a few more may pass. */
const MAX_KEYS = 1_000;
/** Texts of at most this many characters aren't counted: they have less than that many values. */
const UNCOUNTED = 8 * 1024;
/** The size of the table of keys' hashes, in bits. */
const HASHES = 64 * 1024;
/** Unknown to senders, who could otherwise choose keys with the same hash. */
const SEED = randomInt(1, 2 ** 31) | 1;

/** What a text is, or why it wasn't parsed, as a clause after "it" or "the body"; it may be JSON that costs too much. */
export type ForeignJson = { readonly value: unknown } | { readonly fault: string };

/** Parses a text. @param most how many values it may have */
export function foreignJson(text: string, most = MAX_VALUES): ForeignJson {
  const excess = excessOf(text, most);
  if (excess !== undefined) return { fault: excess };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const at = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
    return { fault: `is not valid JSON${at === undefined ? "" : ` (at character ${at})`}` };
  }
}

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE, COMMA, COLON] =
  Buffer.from('"\\[]{},:');

/** Returns which limit a text exceeds, as a clause, without parsing it; undefined if it exceeds none. */
function excessOf(json: string, values: number): string | undefined {
  // Most bodies are small and have few brackets, which are counted twenty times as fast.
  if (json.length <= UNCOUNTED && opened(json, "[") + opened(json, "{") <= MAX_DEPTH) return undefined;
  const seen = new Uint8Array(HASHES / 8);
  let [depth, count, keys, hash] = [0, 0, 0, 0];
  let isInString = false;
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (isInString) {
      if (code === QUOTE) isInString = false;
      else {
        if (code === BACKSLASH) i++;
        hash = Math.imul(hash ^ code, SEED);
        hash ^= hash >>> 15;
      }
    } else if (code === QUOTE) {
      isInString = true;
      hash = SEED;
    } else if (code === COMMA) count++;
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      count++;
      if (++depth > MAX_DEPTH) return `nests deeper than ${MAX_DEPTH} levels`;
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth--;
    else if (code === COLON) {
      const bit = (hash >>> 0) % HASHES;
      const [at, mask] = [bit >> 3, 1 << (bit & 7)];
      const known = seen[at] ?? 0;
      if ((known & mask) === 0 && ++keys > MAX_KEYS) return `has more than ${MAX_KEYS} different keys`;
      seen[at] = known | mask;
    }
  }
  return count > values ? `has more than the ${values} values allowed` : undefined;
}

/** Returns how often a character occurs, or a number above MAX_DEPTH. */
function opened(json: string, mark: string): number {
  let count = 0;
  for (let at = json.indexOf(mark); at >= 0 && count <= MAX_DEPTH; at = json.indexOf(mark, at + 1)) count++;
  return count;
}
