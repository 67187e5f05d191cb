/** Texts and addresses that servers, clients, parsers and search stumble over. */
import fc from "fast-check";
import { DEN, DOMAIN, HALL, HOST, HOSTILE_DOMAIN, HOSTILE_USERS, hostileName } from "./case.js";

/** One of these, each as often as its weight says. */
export function weighted<T>(...parts: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> {
  return fc.oneof(...parts.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** One of the words of a text. */
export function word(text: string): fc.Arbitrary<string> {
  return fc.constantFrom(...text.split(/\s+/));
}

/** Characters at the edges of what XML, Unicode, folding and addresses allow. */
const EDGES = [
  ...Array.from("\t\n\r\u0085\u00a0\u00ad\u034f\u200b\u200e\u202e\u2028\u2066\ufdfa\ufeff\ufffd\ud7ff\ue000"),
  ...Array.from("\u{1fffe}\u{10fffd}\u{10ffff}ёİßﬁⅧ"),
  ...["\r\n", "🏳️‍🌈", "e\u0301\u0301\u0301", "张三", "שלום"],
];
/** Characters that no XML document may hold: servers close a stream for them. */
const FORBIDDEN = ["\u0000", "\u0008", "\u001b", "\ufffe", "\uffff", "\ud800", "\udc00x"];
const MARKUP = `> < & ]]> <![CDATA[ <!-- --> <?x?> &amp; &#0; &#xFFFE; &nbsp; </message> </stream:stream> '" {{ {% **
  xmlns='jabber:client'`;
/** Sizes around the limits there are: of messages, of stanzas, of what servers take. */
const SIZES = [64, 1_000, 4_100, 16_000, 65_000, 131_072, 250_000, 262_144, 524_288];

/** A character many times; escaped, some grow to six times their size, and folded, some to eighteen times. */
const long = fc
  .tuple(fc.constantFrom(...Array.from(`x>&"'\n \t张😀\ufdfa\u202e*_\``)), fc.constantFrom(...SIZES))
  .map(([character, size]) => character.repeat(size));
const short = weighted(
  [3, fc.string({ maxLength: 12 })],
  [3, fc.string({ unit: "grapheme", maxLength: 12 })],
  [3, fc.constantFrom(...EDGES)],
  [3, word(MARKUP)],
  [1, fc.constant("<!DOCTYPE a [<!ENTITY b 'c'>]>")],
);

/** Text that XML can carry. */
export const carriable = weighted(
  [40, fc.array(short, { maxLength: 5 }).map((parts) => parts.join(""))],
  [1, long],
).map((raw) => raw.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "?"));

/** Text of any kind, such as a call may hold. */
export const text = weighted(
  [8, carriable],
  [1, fc.tuple(short, fc.constantFrom(...FORBIDDEN), short).map((parts) => parts.join(""))],
  [1, fc.string({ unit: "binary", maxLength: 40 })],
);

/** For an attribute's value or an element's text. */
export function escaped(value: string): string {
  return value.replace(/[&<>'"\t\n\r]/g, (c) => `&#${c.charCodeAt(0)};`);
}

export const hostile = fc.nat(HOSTILE_USERS - 1);
export const user = weighted(
  [5, hostile.map((index) => `${hostileName(index)}@${HOST}`)],
  [2, word(`nobody@${HOST} eve@${HOSTILE_DOMAIN} x@far.example ${HOST} ${HOSTILE_DOMAIN}`)],
);
export const room = weighted(
  [6, fc.constantFrom(DEN, HALL)],
  [1, word(`none@${DOMAIN} new@${DOMAIN} ${DOMAIN}`)],
);
export const nick = weighted(
  [3, hostile.map(hostileName)],
  [2, fc.constantFrom("honest-ann", "ＨＯＮＥＳＴ-ann", "honest\u200b-ann", " a ", "ÄÖ", "张三", "😀")],
  [1, carriable.map((value) => value.slice(0, 1_100))],
);
/** The address of an occupant. */
export const occupant = fc.tuple(room, nick).map((parts) => parts.join("/"));
/** An address, or text in its place. */
export const address = weighted(
  [4, user],
  [2, fc.tuple(user, nick).map((parts) => parts.join("/"))],
  [2, room],
  [2, occupant],
  [1, fc.constantFrom("", ..."@ a@ @b a@b@c a/b@c [::1] xn--x a@xn-- \u2028@x . a..b".split(" "))],
  [1, carriable.map((value) => value.slice(0, 3_100))],
);
