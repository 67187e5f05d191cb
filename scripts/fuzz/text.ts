/** Texts and addresses that servers, clients, parsers and search may fail on. */
import fc from "fast-check";
import { DEN, DOMAIN, HALL, HOST, HOSTILE_DOMAIN, HOSTILE_USERS, hostileName } from "./case.js";

export type Text = fc.Arbitrary<string>;

export function weighted<T>(...parts: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> {
  return fc.oneof(...parts.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

export function word(text: string): Text {
  return fc.constantFrom(...text.split(/\s+/));
}

/** Characters at the limits of what XML, Unicode normalisation and addresses allow. */
const EDGES = [
  ...Array.from("\t\n\r\u0085\u00a0\u00ad\u034f\u200b\u200e\u202e\u2028\u2066\ufdfa\ufeff\ufffd\ud7ff\ue000"),
  ...Array.from("\u{1fffe}\u{10fffd}\u{10ffff}ёİßﬁⅧ"),
  ...["\r\n", "🏳️‍🌈", "e\u0301\u0301\u0301", "张三", "שלום"],
];
/** Characters that XML forbids; servers close a stream that contains them. */
const FORBIDDEN = ["\u0000", "\u0008", "\u001b", "\ufffe", "\uffff", "\ud800", "\udc00x"];
const MARKUP = `> < & ]]> <![CDATA[ <!-- --> <?x?> &amp; &#0; &#xFFFE; &nbsp; </message> </stream:stream> '" {{ {% **
  xmlns='jabber:client'`;
/** Sizes, in characters, near the limits of messages, of stanzas, and of servers. */
const SIZES = [64, 1_000, 4_100, 16_000, 65_000, 131_072, 250_000, 262_144, 524_288];

/** Repetitions of a character. Some become six times as long when escaped, eighteen when normalised. */
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

/** Names that every ordinary object inherits. */
export const INHERITED = Object.getOwnPropertyNames(Object.prototype);

export const carriable = weighted(
  [40, fc.array(short, { maxLength: 5 }).map((parts) => parts.join(""))],
  [2, fc.constantFrom(...INHERITED)],
  [1, long],
).map((raw) => raw.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "?"));

/** Text of any kind, such as a request may contain. */
export const text = weighted(
  [8, carriable],
  [1, fc.tuple(short, fc.constantFrom(...FORBIDDEN), short).map((parts) => parts.join(""))],
  [1, fc.string({ unit: "binary", maxLength: 40 })],
);

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
export const occupant = fc.tuple(room, nick).map((parts) => parts.join("/"));
/** An address, or text that isn't one. */
export const address = weighted(
  [4, user],
  [2, fc.tuple(user, nick).map((parts) => parts.join("/"))],
  [2, room],
  [2, occupant],
  [1, fc.constantFrom("", ..."@ a@ @b a@b@c a/b@c [::1] xn--x a@xn-- \u2028@x . a..b".split(" "))],
  [1, carriable.map((value) => value.slice(0, 3_100))],
);
