/** Texts that servers, clients and parsers stumble over. */
import fc from "fast-check";

/** Characters at the edges of what XML, Unicode and addresses allow. */
const EDGES = [
  "\t",
  "\n",
  "\r",
  "\r\n",
  "\u0085",
  "\u00a0",
  "\u00ad",
  "\u034f",
  "\u200b",
  "\u200e",
  "\u202e",
  "\u2028",
  "\u2066",
  "\ufeff",
  "\ufffd",
  "\ud7ff",
  "\ue000",
  "\u{1fffe}",
  "\u{10fffd}",
  "\u{10ffff}",
  "🏳️‍🌈",
  "e\u0301\u0301\u0301",
  "ё",
  "İ",
  "ß",
  "ﬁ",
  "Ⅷ",
  "张三",
  "שלום",
] as const;

/** What no XML document may hold: servers close a stream for it. */
const FORBIDDEN = ["\u0000", "\u0008", "\u001b", "\ufffe", "\uffff", "\ud800", "\udc00x"] as const;

const MARKUP = [
  ">",
  "<",
  "&",
  "]]>",
  "<![CDATA[",
  "<!--",
  "-->",
  "<?x?>",
  "&amp;",
  "&#0;",
  "&#xFFFE;",
  "&nbsp;",
  "</message>",
  "</stream:stream>",
  "<!DOCTYPE a [<!ENTITY b 'c'>]>",
  "'\"",
  "xmlns='jabber:client'",
] as const;

/** Sizes around the limits there are: of messages, of stanzas, of what servers take. */
const SIZES = [64, 1_000, 4_100, 16_000, 65_000, 131_072, 250_000, 262_144, 524_288] as const;

/** A character many times; escaped, some grow to six times their size. */
export const long = fc
  .tuple(fc.constantFrom("x", ">", "&", '"', "'", "\n", "张", "😀"), fc.constantFrom(...SIZES))
  .map(([character, size]) => character.repeat(size));

const short = fc.oneof(
  { arbitrary: fc.string({ maxLength: 12 }), weight: 3 },
  { arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }), weight: 3 },
  { arbitrary: fc.constantFrom(...EDGES), weight: 3 },
  { arbitrary: fc.constantFrom(...MARKUP), weight: 3 },
);

/** Text that XML can carry. */
export const carriable = fc
  .oneof({ arbitrary: fc.array(short, { maxLength: 5 }).map((parts) => parts.join("")), weight: 40 }, long)
  .map((text) => text.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "?"));

/** Text of any kind, such as a call may hold. */
export const text = fc.oneof(
  { arbitrary: carriable, weight: 8 },
  {
    arbitrary: fc.tuple(short, fc.constantFrom(...FORBIDDEN), short).map((parts) => parts.join("")),
    weight: 1,
  },
  { arbitrary: fc.string({ unit: "binary", maxLength: 40 }), weight: 1 },
);
