/** Nicknames (XEP-0045 §5.3, similar to RFC 8266): validity, normal form, and equality. */
import type { FullJid, Jid } from "./address.js";

export interface Nick {
  /** For display. */
  readonly text: string;
  /** Equal for nicknames that look the same. */
  readonly key: string;
}

/** Controls, private use, lone surrogates, unassigned characters, and line or paragraph ends. */
const REFUSED = /[\p{Cc}\p{Co}\p{Cs}\p{Cn}\u2028\u2029]/u;
/** Spaces that look like the ordinary one, and a letter that looks like none. */
const ODD_SPACES = /[\p{Zs}\u2800\u3164]/gu;
/** Invisible characters: marks of direction, joiners, fillers, selectors, tags. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
/** Those with a visible effect: emoji sequences, flags, and joiners after a virama (RFC 5892 A). */
const VISIBLE_JOINS =
  /(?<=\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)\u200d(?=\p{Extended_Pictographic})|(?<=[\p{Emoji}#*])\ufe0f|(?<=[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca])[\u200c\u200d]/gu;
/** Any visible character. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** More marks on one letter than any script has. */
const PILED_MARKS = /\p{M}{5}/u;

/** In every script, a number after this many characters fits in an address. */
const BEFORE_NUMBER = 200;

/**
 * Parses a nickname, without outer and repeated spaces.
 * @param limit the most characters
 * @returns undefined if the text is no valid nickname
 */
export function parseNick(raw: string, limit: number): Nick | undefined {
  const odd = raw.match(ODD_SPACES)?.some((space) => space !== " ") ?? false;
  if (odd || REFUSED.test(raw) || PILED_MARKS.test(raw)) return undefined;
  const text = raw.replace(/ +/g, " ").trim().normalize("NFC");
  if (!VISIBLE.test(text) || INVISIBLE.test(text.replace(VISIBLE_JOINS, ""))) return undefined;
  if (Array.from(text).length > limit || Buffer.byteLength(text) > MAX_BYTES) return undefined;
  return { text, key: keyOf(text) };
}

/** Makes a nickname of any name, such as a directory's; undefined if nothing of it is left. */
export function nickFrom(name: string, limit: number): Nick | undefined {
  const text = name
    .replace(ODD_SPACES, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu, "");
  return parseNick(Array.from(text).slice(0, limit).join(""), limit);
}

/**
 * A name with a number behind it, if the name is taken; shortened so that both fit in an address.
 * @param longest the most characters of the name
 */
export function numbered(name: string, number: number, longest = BEFORE_NUMBER): string {
  return `${nickFrom(name, Math.min(longest, BEFORE_NUMBER))?.text ?? "?"} (${number})`;
}

/** The nickname in an address as it was sent, before normalising. */
export function rawNickOf(to: string): string {
  return to.slice(to.indexOf("/") + 1);
}

/** An occupant's address; undefined if the nickname doesn't fit in one. */
export function occupantJid(room: Jid, nick: Nick): FullJid | undefined {
  return room.withResource(nick.text);
}

export function keyOf(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/ +/g, " ").trim().normalize("NFKC");
}

const MAX_BYTES = 1023;
