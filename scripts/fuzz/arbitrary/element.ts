/** Elements as text: namespaces, prefixes, escaping and sizes first, as these are what closes streams. */
import fc from "fast-check";
import { carriable } from "./text.js";

/** Names of XML, of its newer editions, and of neither. */
const name = fc.oneof(
  {
    arbitrary: fc.constantFrom(
      "body",
      "x",
      "subject",
      "thread",
      "html",
      "nick",
      "item",
      "query",
      "message",
      "qtalk",
    ),
    weight: 6,
  },
  {
    arbitrary: fc.constantFrom(
      "ё",
      "名",
      "é",
      "_",
      "a.b-c",
      "À",
      "x\u00b7",
      "a\u0301",
      "İ",
      "ªa",
      "𐀀",
      "Ⅷ",
      "xmlX",
    ),
    weight: 2,
  },
);

const NAMESPACES = [
  "urn:x",
  "",
  "jabber:client",
  "jabber:component:accept",
  "jabber:server",
  "http://etherx.jabber.org/streams",
  "http://www.w3.org/XML/1998/namespace",
  "http://www.w3.org/2000/xmlns/",
  "http://www.w3.org/1999/xhtml",
  "a b",
  " urn:x ",
  "\n",
  "ü:张",
  "&<>'\"",
  "urn:qtalk:stanza:0",
  "urn:qtalk:stanza:1",
  "jabber:x:presence_notify",
  "http://jabber.org/protocol/muc",
  "http://jabber.org/protocol/muc#user",
  "http://jabber.org/protocol/address",
  "jabber:x:conference",
  "jabber:x:data",
  "jabber:x:delay",
  "jabber:x:oob",
  "urn:xmpp:carbons:2",
  "urn:xmpp:delay",
  "urn:xmpp:fallback:0",
  "urn:xmpp:fasten:0",
  "urn:xmpp:forward:0",
  "urn:xmpp:hats:0",
  "urn:xmpp:hints",
  "urn:xmpp:mam:2",
  "urn:xmpp:message-correct:0",
  "urn:xmpp:message-moderate:1",
  "urn:xmpp:message-retract:1",
  "urn:xmpp:occupant-id:0",
  "urn:xmpp:reactions:0",
  "urn:xmpp:sid:0",
] as const;

export const namespace = fc.oneof(
  { arbitrary: fc.constantFrom(...NAMESPACES), weight: 20 },
  { arbitrary: carriable, weight: 1 },
);

const prefix = fc.constantFrom("a", "b", "xml", "xmlns", "stream", "p.q", "ё");

/** An attribute, escaped. */
const attribute = fc.oneof(
  {
    arbitrary: fc.tuple(
      fc.oneof(
        name,
        fc.constantFrom("id", "type", "to", "from", "by", "jid", "stamp", "xml:lang", "xml:space"),
      ),
      carriable,
    ),
    weight: 4,
  },
  { arbitrary: fc.tuple(fc.constant("xmlns"), namespace), weight: 4 },
  {
    arbitrary: fc.tuple(prefix, namespace).map(([p, ns]): [string, string] => [`xmlns:${p}`, ns]),
    weight: 3,
  },
  {
    arbitrary: fc.tuple(prefix, name, carriable).map(([p, n, v]): [string, string] => [`${p}:${n}`, v]),
    weight: 2,
  },
);

/** Each time another of the ways in which characters can be written. */
function escaping(way: number): (value: string) => string {
  const always = (value: string): string => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  switch (way) {
    case 0:
      return (value) => always(value).replace(/['"]/g, (c) => `&#${c.charCodeAt(0)};`);
    case 1:
      return (value) => always(value).replaceAll(">", "&gt;").replaceAll("'", "&apos;");
    default:
      return (value) => value.replace(/[<>&'"\s]/g, (c) => `&#x${c.charCodeAt(0).toString(16)};`);
  }
}

interface Parts {
  readonly prefix: string | undefined;
  readonly name: string;
  readonly attributes: readonly [string, string][];
  readonly children: readonly string[];
  readonly way: number;
}

/** Names that are given twice stay: a few servers let them pass. */
function written({ prefix: own, name: local, attributes, children, way }: Parts): string {
  const escape = escaping(way);
  const declared = own === undefined || attributes.some(([key]) => key === `xmlns:${own}`);
  const all: readonly [string, string][] = declared ? attributes : [...attributes, [`xmlns:${own}`, "urn:y"]];
  const full = own === undefined ? local : `${own}:${local}`;
  const attrs = all.map(([key, value]) => ` ${key}='${escape(value).replaceAll("'", "&apos;")}'`).join("");
  return children.length === 0 ? `<${full}${attrs}/>` : `<${full}${attrs}>${children.join("")}</${full}>`;
}

const content = fc.tuple(carriable, fc.nat(2)).map(([value, way]) => escaping(way)(value));

/** One element, whose prefixes may be declared in it, around it, or nowhere. */
export const element: fc.Arbitrary<string> = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .record<Parts>({
      prefix: fc.option(fc.constantFrom("a", "b", "xml"), { freq: 4, nil: undefined }),
      name,
      attributes: fc.uniqueArray(attribute, { maxLength: 4, selector: ([key]) => key }),
      children: fc.array(fc.oneof({ maxDepth: 3, depthSize: "small" }, content, tie("element")), {
        maxLength: 3,
      }),
      way: fc.nat(2),
    })
    .map(written),
})).element;

/** Very many, or very deep. */
export const massive = fc.oneof(
  fc.constantFrom(50, 70, 500).map((depth) => `${"<a>".repeat(depth)}${"</a>".repeat(depth)}`),
  fc.constantFrom(1_000, 9_500, 12_000).map((count) => "<a/>".repeat(count)),
  fc.constantFrom(100, 3_000).map((count) => {
    const attrs = Array.from({ length: count }, (_, index) => ` a${index}='${index}'`).join("");
    return `<a${attrs}/>`;
  }),
  fc.constantFrom(10, 300).map((count) => {
    const ns = "n".repeat(1_000);
    return `<p:a xmlns:p='${ns}'>${"<p:b/>".repeat(count)}</p:a>`;
  }),
);

/** What stands inside a stanza. */
export const inside = fc
  .array(fc.oneof({ arbitrary: element, weight: 12 }, { arbitrary: content, weight: 1 }, massive), {
    maxLength: 3,
  })
  .map((parts) => parts.join(""));
