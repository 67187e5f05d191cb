/** Random XML elements as text. Some of them make servers close streams. */
import fc from "fast-check";
import { carriable, INHERITED, weighted, word } from "./text.js";

/** Names: usual names, and names that all, some or no editions of XML allow. */
const name = weighted(
  [6, word("body x subject thread html nick item query message qtalk")],
  [1, fc.constantFrom(...INHERITED)],
  [2, word("ё 名 é _ a.b-c À x\u00b7 a\u0301 İ ªa 𐀀 Ⅷ xmlX")],
);

const NAMESPACES = `urn:x jabber:client jabber:component:accept jabber:server http://etherx.jabber.org/streams
  http://www.w3.org/XML/1998/namespace http://www.w3.org/2000/xmlns/ http://www.w3.org/1999/xhtml ü:张 &<>'"
  urn:qtalk:stanza:0 urn:qtalk:stanza:1 jabber:x:presence_notify http://jabber.org/protocol/muc
  http://jabber.org/protocol/muc#user http://jabber.org/protocol/address jabber:x:conference jabber:x:data
  jabber:x:delay jabber:x:oob urn:xmpp:carbons:2 urn:xmpp:delay urn:xmpp:fallback:0 urn:xmpp:fasten:0
  urn:xmpp:forward:0 urn:xmpp:hats:0 urn:xmpp:hints urn:xmpp:mam:2 urn:xmpp:message-correct:0
  urn:xmpp:message-moderate:1 urn:xmpp:message-retract:1 urn:xmpp:occupant-id:0 urn:xmpp:reactions:0 urn:xmpp:sid:0`;
export const namespace = weighted(
  [18, word(NAMESPACES)],
  [2, fc.constantFrom("", "a b", " urn:x ", "\n")],
  [1, carriable],
);

const escaping = fc.constantFrom<(value: string) => string>(
  (value) => asReferences(value, /[<>&'"\s]/g),
  (value) => asReferences(value, /[<&'"]/g),
  (value) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("'", "&apos;"),
);
const asReferences = (value: string, which: RegExp): string =>
  value.replace(which, (c) => `&#x${c.charCodeAt(0).toString(16)};`);
const content = fc.tuple(carriable, escaping).map(([value, escape]) => escape(value));

const prefix = word("a b xml xmlns stream p.q ё");
type Attribute = readonly [key: string, value: string];
const attribute = weighted<Attribute>(
  [4, fc.tuple(fc.oneof(name, word("id type to from by jid stamp xml:lang xml:space")), carriable)],
  [4, fc.tuple(fc.constant("xmlns"), namespace)],
  [3, fc.tuple(prefix, namespace).map(([p, value]): Attribute => [`xmlns:${p}`, value])],
  [2, fc.tuple(prefix, name, carriable).map(([p, local, value]): Attribute => [`${p}:${local}`, value])],
);
const attributes = fc.uniqueArray(attribute, { maxLength: 4, selector: ([key]) => key });

/** An element, with all prefixes declared. Repeated attributes are kept, because some servers accept them. */
export const element: fc.Arbitrary<string> = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      fc.option(word("a b xml"), { freq: 4, nil: undefined }),
      name,
      attributes,
      escaping,
      fc.array(fc.oneof({ maxDepth: 3, depthSize: "small" }, content, tie("element")), { maxLength: 3 }),
    )
    .map(([own, local, attrs, escape, children]) => {
      const isDeclared = own === undefined || attrs.some(([key]) => key === `xmlns:${own}`);
      const all: readonly Attribute[] = isDeclared ? attrs : [...attrs, [`xmlns:${own}`, "urn:y"]];
      const written = all.map(([key, value]) => ` ${key}='${escape(value)}'`).join("");
      const full = own === undefined ? local : `${own}:${local}`;
      return `<${full}${written}>${children.join("")}</${full}>`;
    }),
})).element;

/** Very many elements or attributes, or very deep elements. */
const massive = fc.oneof(
  fc.constantFrom(50, 70, 500).map((depth) => `${"<a>".repeat(depth)}${"</a>".repeat(depth)}`),
  fc.constantFrom(1_000, 9_500, 12_000).map((count) => "<a/>".repeat(count)),
  fc.constantFrom(100, 3_000).map((count) => `<a${many(count, (index) => ` a${index}='${index}'`)}/>`),
  fc.constant(`<p:a xmlns:p='${"n".repeat(1_000)}'>${"<p:b/>".repeat(300)}</p:a>`),
);

/** Joins `count` texts. @param each returns the text with an index */
export function many(count: number, each: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => each(index)).join("");
}

export const inside = fc
  .array(weighted([12, element], [1, content], [1, massive]), { maxLength: 3 })
  .map((parts) => parts.join(""));
