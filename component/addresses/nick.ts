/** Nicknames (XEP-0045 §5.3, similar to RFC 8266): their validity, normal form and equality. */
import { normalized } from "../../storage/unicode.js";
import { MAX_PART_BYTES, MAX_UNNORMALIZED, type FullJid, type Jid } from "./address.js";

export interface Nick {
  /** The nickname as it is displayed. */
  readonly text: string;
  /** The normal form, which is equal for nicknames that look the same. */
  readonly key: string;
}

/** Control characters, private use, lone surrogates, unassigned characters, and line or paragraph separators. */
const REFUSED = /[\p{Cc}\p{Co}\p{Cs}\p{Cn}\u2028\u2029]/u;
/** Spaces that look like the ordinary space, and characters that look empty. */
const ODD_SPACES = /[\p{Zs}\u2800\u3164]/gu;
/** Invisible characters: direction marks, joiners, fillers, variation selectors, tags. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
/** Invisible characters with a visible effect: in emoji and flags, and joiners after a virama (RFC 5892 A). */
const VISIBLE_JOINS =
  /(?<=\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)\u200d(?=\p{Extended_Pictographic})|(?<=[\p{Emoji}#*])\ufe0f|(?<=[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca])[\u200c\u200d]/gu;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** Five combining marks in a row, more than any script puts on one letter. */
const PILED_MARKS = /\p{M}{5}/u;

/** How many characters a name before a number may have, so that both fit into an address in every script. */
const BEFORE_NUMBER = 200;

/** Parses a nickname of at most `limit` characters; removes outer and repeated spaces. Undefined if it is invalid. */
export function parseNick(raw: string, limit: number): Nick | undefined {
  const odd = raw.match(ODD_SPACES)?.some((space) => space !== " ") ?? false;
  if (odd || REFUSED.test(raw) || PILED_MARKS.test(raw)) return undefined;
  const spaced = raw.replace(/ +/g, " ").trim();
  if (spaced.length > MAX_UNNORMALIZED) return undefined;
  const text = normalized(spaced, "NFC", MAX_UNNORMALIZED);
  if (!VISIBLE.test(text) || INVISIBLE.test(text.replace(VISIBLE_JOINS, ""))) return undefined;
  if (Array.from(text).length > limit || Buffer.byteLength(text) > MAX_PART_BYTES) return undefined;
  return { text, key: nickKeyOf(text) };
}

/** Makes a nickname of at most `limit` characters from any name; undefined if the name has no valid characters. */
export function nickFrom(name: string, limit: number): Nick | undefined {
  const text = name
    .replace(ODD_SPACES, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu, "");
  return parseNick(Array.from(text).slice(0, limit).join(""), limit);
}

/** Adds a number to a name that is taken. The name is cut to `longest` characters, so that both fit into an address. */
export function numbered(name: string, number: number, longest = BEFORE_NUMBER): string {
  return `${nickFrom(name, Math.min(longest, BEFORE_NUMBER))?.text ?? "?"} (${number})`;
}

/** Returns the nickname in an occupant's address as it was sent, not normalised. */
export function rawNickOf(to: string): string {
  return to.slice(to.indexOf("/") + 1);
}

/** Returns an occupant's address; undefined if the nickname doesn't fit into an address. */
export function occupantJid(room: Jid, nick: Nick): FullJid | undefined {
  return room.withResource(nick.text);
}

export function nickKeyOf(text: string): string {
  const key = normalized(text, "NFKC", MAX_PART_BYTES).toLowerCase().replace(/ +/g, " ").trim();
  return normalized(key, "NFKC", key.length);
}
