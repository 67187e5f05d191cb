/** A caller's XML is parsed strictly; parsed XML can be written to the stream. */
import { expect } from "chai";
import fc from "fast-check";
import type { Element } from "../../../component/xml/builder.js";
import { parseXml, XmlFault } from "../../../component/xml/parse.js";
import { serialise } from "../../../component/xml/serialise.js";
import { element, read, treeOf } from "./arbitrary.js";

describe("The strict parser", () => {
  const parsed = (text: string): string => {
    const result = parseXml(text);
    if (result instanceof XmlFault) throw new Error(result.reason);
    return serialise(result);
  };
  const fault = (text: string): string => {
    const result = parseXml(text);
    if (!(result instanceof XmlFault)) throw new Error(`it was read as ${serialise(result)}`);
    return result.reason;
  };

  const faults: Record<string, [string, RegExp]> = {
    "an end missing of a very long name, which it cuts": [`<${"x".repeat(400)}>`, /^unclosed.{291}…$/],
    "an attribute twice": ['<message id="1" id="2"/>', /duplicate attribute/],
    "a DOCTYPE": ["<!DOCTYPE message><message/>", /DOCTYPE/],
    "a DOCTYPE with entities": ['<!DOCTYPE m [<!ENTITY a "aaaa">]><m>&a;</m>', /DOCTYPE/],
    "an unknown entity": ["<message>&nbsp;</message>", /entity/],
    "text after the root": ["<message/>hello", /./],
    "text before the root": ["hello<message/>", /./],
    "no element": ["", /./],
    "white space only": [" \n ", /./],
    "a comment only": ["<!-- x -->", /./],
    "an unclosed element": ["<message><body></message>", /./],
    "an end too many": ["<message/></message>", /./],
    "a control character": ["<message>\u0001</message>", /./],
    "a reference to a control character": ["<message>&#1;</message>", /./],
    "the same as XML 1.1": ['<?xml version="1.1"?><message>&#1;</message>', /./],
    "half a surrogate pair": ["<message>\ud83d</message>", /./],
    "a reference to half a pair": ["<message>&#xD83D;</message>", /./],
    "a character that is none": ["<message>\uffff</message>", /./],
    "a processing instruction": ["<?php evil ?><message/>", /processing instructions/],
    "a processing instruction inside": ["<message><?php evil ?></message>", /processing instructions/],
    "a long name, which it cuts": [`<m ${"\u0370".repeat(81)}=""/>`, /^[^\u0370]*\u0370{79}…[^\u0370]*$/],
    "elements nested deeper than any stack": ["<a>".repeat(200_000), /deeper than 64/],
    "an undeclared prefix": ["<x:message/>", /prefix/],
    "an undeclared prefix of an attribute": ['<message x:y="1"/>', /prefix/],
    "a < in an attribute": ['<message id="<"/>', /./],
    "an attribute without quotes": ["<message id=1/>", /./],
    "an attribute without a value": ["<message id/>", /./],
    "a bare ampersand": ["<message>a & b</message>", /./],
    "a name of letters few parsers know": ["<message><\u{10000}/></message>", /unusual/],
    "an attribute of such a name": ["<message \u0370='1'/>", /unusual/],
    "a namespace with a line end": ['<message><x xmlns="a&#10;b"/></message>', /white space/],
    "a prefixed namespace with a line end": ['<message xmlns:p="a&#10;b"/>', /white space/],
    "the prefix xml for another namespace": ['<message xmlns:xml="urn:x"/>', /./],
    "the prefix xmlns for a namespace": ['<message xmlns:xmlns="urn:x"/>', /./],
    "another prefix for XML's own namespace": [
      '<message xmlns:p="http://www.w3.org/XML/1998/namespace"/>',
      /reserved/,
    ],
    "XML's own namespace as the default": [
      '<message><x xmlns="http://www.w3.org/XML/1998/namespace"/></message>',
      /reserved/,
    ],
    "the namespace of declarations": ['<message xmlns:p="http://www.w3.org/2000/xmlns/"/>', /reserved/],
    "a prefix for no namespace": ['<message xmlns:p=""/>', /./],
    "an attribute of XML's that isn't one": ["<message xml:a='1'/>", /unusual/],
    "an attribute twice by its namespace, among others": [
      '<m xmlns:a="u" xmlns:b="u" a:y="0" a:x="1" a:z="3" b:x="2"/>',
      /duplicate attribute/,
    ],
    "an attribute with a prefix for the stanza's own namespace": [
      '<m xmlns:p="jabber:client" p:x="1"/>',
      /prefix for the stanza's own namespace/,
    ],
    "an element with the prefix xml": ["<message><xml:id/></message>", /prefix is xml/],
    "a long namespace with a short prefix, again and again": [
      `<m xmlns:p="${"u".repeat(1_000)}">${"<p:a/>".repeat(5_000)}</m>`,
      /written out, are too long/,
    ],
    "the same on attributes": [
      `<m xmlns:p="${"u".repeat(1_000)}">${'<a p:b=""/>'.repeat(5_000)}</m>`,
      /written out, are too long/,
    ],
    "a namespace of very many characters": [`<m xmlns="${"u".repeat(1025)}"/>`, /more than 1024 characters/],
    "a CDATA that isn't closed": ["<message><![CDATA[x</message>", /./],
    "a ]]> in text": ["<message>]]></message>", /./],
    "elements nested too deep": ["<a>".repeat(65) + "</a>".repeat(65), /deeper than 64/],
    "too many elements": [`<a>${"<b/>".repeat(10_000)}</a>`, /more than 10000 elements/],
  };
  it("says in which line and column a text isn't well-formed", () => {
    expect(fault("<a>\n  <b></c></a>")).to.equal("unexpected close tag (line 2, column 9)");
  });

  for (const [what, [text, reason]] of Object.entries(faults)) {
    it(`refuses ${what}`, () => {
      expect(fault(text))
        .to.match(reason)
        .and.not.match(/^\d|\.$|\n/);
    });
  }

  const readings: Record<string, [string, string]> = {
    "entities and references": ["<a>&lt;&amp;&#x6c49;&#128512;</a>", "<a>&lt;&amp;汉😀</a>"],
    CDATA: ["<a><![CDATA[<b>&amp;]]></a>", "<a>&lt;b&gt;&amp;amp;</a>"],
    "comments, which go": ["<!-- x --><a>1<!-- y -->2</a><!-- z -->", "<a>12</a>"],
    "an XML declaration, which goes": ['<?xml version="1.0" encoding="utf-8"?>\n<a/>\n', "<a/>"],
    "line ends, as XML has them": ["<a b='1\r\n2'>3\r\n4&#13;</a>", '<a b="1 2">3\n4&#13;</a>'],
    "prefixes, which become plain namespaces": [
      '<p:message xmlns:p="jabber:client"><q:x xmlns:q="urn:q" q:y="1"/></p:message>',
      '<message><x xmlns="urn:q" xmlns:q="urn:q" q:y="1"/></message>',
    ],
    "the stream's own namespaces, as its default": [
      '<message xmlns="jabber:client"><body xmlns="jabber:component:accept"/></message>',
      "<message><body/></message>",
    ],
    "foreign namespaces, and their ends": [
      '<m><x xmlns="urn:x"><y/><z xmlns="urn:z"/></x><w/></m>',
      '<m><x xmlns="urn:x"><y/><z xmlns="urn:z"/></x><w/></m>',
    ],
    "a namespace undeclared inside a foreign element, as a stanza's own again": [
      '<m><x xmlns="urn:x"><y xmlns=""/></x></m>',
      '<m><x xmlns="urn:x"><y xmlns="jabber:client"/></x></m>',
    ],
    "XML's own prefix, declared as what it is": [
      '<m xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:lang="zh"/>',
      '<m xml:lang="zh"/>',
    ],
    "xml:lang": ['<m xml:lang="zh"/>', '<m xml:lang="zh"/>'],
    "a component stream's namespace inside a foreign element, as clients know it": [
      '<m><x xmlns="urn:x"><y xmlns="jabber:component:accept"/></x></m>',
      '<m><x xmlns="urn:x"><y xmlns="jabber:client"/></x></m>',
    ],
    "a namespace with a short prefix, again and again within reason": [
      `<m xmlns:p="urn:some:name">${"<p:a/>".repeat(200)}</m>`,
      `<m>${'<a xmlns="urn:some:name"/>'.repeat(200)}</m>`,
    ],
    "ten thousand elements": [`<a>${"<b/>".repeat(9_999)}</a>`, `<a>${"<b/>".repeat(9_999)}</a>`],
    "sixty-four levels": [
      "<a>".repeat(64) + "</a>".repeat(64),
      `${"<a>".repeat(63)}<a/>${"</a>".repeat(63)}`,
    ],
  };
  for (const [what, [text, written]] of Object.entries(readings)) {
    it(`reads ${what}`, () => expect(parsed(text)).to.equal(written));
  }

  it("reads very many namespaces, elements and attributes in linear time", () => {
    const many = (one: (n: number) => string): string =>
      Array.from({ length: 9_000 }, (_, n) => one(n)).join("");
    const around = many((n) => ` xmlns:n${n}="u"`);
    expect(parsed(`<m${around}>${'<a xmlns="v"/>'.repeat(9_000)}</m>`)).to.have.length(126_007);
    const long = "u".repeat(1_024);
    const attributes = many((n) => ` p:n${n}=""`);
    expect(parsed(`<m xmlns:p="${long}"><a${attributes}/></m>`))
      .to.include(long)
      .and.include(attributes);
  });

  it("reads back whatever the serialiser writes", () => {
    fc.assert(
      fc.property(element, (tree) => {
        expect(treeOf(parseXml(serialise(tree)) as Element)).to.deep.equal(treeOf(tree));
      }),
    );
  });

  it("reads nothing that the serialiser can't write", () => {
    const piece = fc.constantFrom(
      ..."<>/&;='\" :!?-[]ax\n\u0001\ud83d\uffff汉".split(""),
      "<a>", "</a>", "<b/>", "<a xmlns='", "urn:x", "xmlns:p='u' ", "p:", "&#", "&#x1;", "&lt;", "<![CDATA[", "]]>",
      "<!--", "-->", "<?xml version='1.1'?>", "\u{10000}", " id='1'",
    ); // prettier-ignore
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const result = parseXml(`<a>${pieces.join("")}</a>`);
        if (result instanceof XmlFault) return;
        accepted += 1;
        const text = serialise(result);
        expect(read(text)).to.deep.equal(treeOf(result));
      }),
      { numRuns: 3_000 },
    );
    expect(accepted).to.be.greaterThan(20);
  });
});
