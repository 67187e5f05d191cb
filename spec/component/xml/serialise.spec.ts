/** Other parsers read the serialiser's output as it was meant; it never writes what XML forbids. */
import { expect } from "chai";
import fc from "fast-check";
import { xml } from "../../../component/xml/builder.js";
import { hasForbiddenCharacter, quote, serialise } from "../../../component/xml/serialise.js";
import { IllFormed } from "../../../component/xml/wire-text.js";
import {
  anyText,
  element,
  isLegal,
  isNamespaceWellFormed,
  prefixedElement,
  read,
  treeOf,
} from "./arbitrary.js";

describe("The serialiser", () => {
  it("writes text that another parser reads as the same tree", () => {
    fc.assert(fc.property(element, (tree) => void expect(read(serialise(tree))).to.deep.equal(treeOf(tree))));
  });

  it("refuses characters that XML forbids, and nothing else", () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const legal = isLegal(value);
        expect(hasForbiddenCharacter(value)).to.equal(!legal);
        for (const tree of [xml("a", {}, value), xml("a", { b: value }), xml("a", {}, xml("b", {}, value))]) {
          if (legal) expect(read(serialise(tree))).to.deep.equal(treeOf(tree));
          else expect(() => serialise(tree)).to.throw(IllFormed);
        }
      }),
    );
  });

  it("refuses noncharacters and lone surrogates", () => {
    for (const bad of ["\ufffe", "\uffff", "\u0000", "\u000b", "\ud800", "\udfff"]) {
      expect(() => serialise(xml("a", {}, bad)), JSON.stringify(bad)).to.throw(IllFormed);
      expect(() => serialise(xml("a", { b: bad })), JSON.stringify(bad)).to.throw(IllFormed);
    }
    for (const good of ["\ufffd", "\ue000", "\ud7ff", "\u{10ffff}", "\t"])
      expect(serialise(xml("a", {}, good))).to.equal(`<a>${good}</a>`);
  });

  it("refuses reserved prefixes and namespaces, and undeclared prefixes", () => {
    const XML = "http://www.w3.org/XML/1998/namespace";
    const XMLNS = "http://www.w3.org/2000/xmlns/";
    for (const attrs of [
      { "xmlns:xml": "urn:x" },
      { "xmlns:xmlns": "urn:x" },
      { "xmlns:p": XML },
      { "xmlns:p": XMLNS },
      { xmlns: XML },
      { xmlns: XMLNS },
      { "xmlns:p": "" },
      { "p:a": "1" },
      { "xmlns:p": "u", "xmlns:q": "u", "p:b": "0", "p:a": "1", "q:a": "2" },
    ]) {
      for (const tree of [xml("a", attrs), xml("a", attrs, "text"), xml("b", {}, xml("a", attrs))])
        expect(() => serialise(tree), JSON.stringify(attrs)).to.throw(IllFormed);
    }
    for (const name of ["p:a", "xml:a", "xml:lang", "xmlns:a"])
      expect(() => serialise(xml(name)), name).to.throw(IllFormed);
    const declared = { "xmlns:p": "u", "xmlns:q": "v", "p:a": "1", "q:a": "2", "p:b": "3" };
    expect(serialise(xml("p:a", { "xmlns:xml": XML, ...declared }, xml("q:b")))).to.equal(
      `<p:a xmlns:xml="${XML}" xmlns:p="u" xmlns:q="v" p:a="1" q:a="2" p:b="3"><q:b/></p:a>`,
    );
    expect(() => serialise(xml("m", {}, xml("a", { "xmlns:p": "u" }), xml("p:b")))).to.throw(IllFormed);
  });

  it("refuses the same prefixes and namespaces as another parser", () => {
    const seen = { good: 0, bad: 0 };
    fc.assert(
      fc.property(prefixedElement, (tree) => {
        const isGood = isNamespaceWellFormed(tree.toString());
        seen[isGood ? "good" : "bad"] += 1;
        if (isGood) expect(isNamespaceWellFormed(serialise(tree))).to.equal(true);
        else expect(() => serialise(tree), tree.toString()).to.throw(IllFormed);
      }),
      { numRuns: 5_000 },
    );
    expect(Math.min(seen.good, seen.bad)).to.be.above(50);
  });

  it("escapes in attributes as in elements, as the splice does", () => {
    expect(serialise(xml("a", { b: `<>&"'\t\n\r` }, "<>&\"'\t\n\r"))).to.equal(
      `<a b="&lt;&gt;&amp;&quot;&apos;&#9;&#10;&#13;">&lt;&gt;&amp;"'\t\n&#13;</a>`,
    );
    expect(quote(`"x"`)).to.equal('"&quot;x&quot;"');
  });

  it("omits attributes without a value, and closes empty elements", () => {
    expect(serialise(xml("a", { b: undefined, c: "" }))).to.equal('<a c=""/>');
    const bare = xml("p:a", { "xmlns:p": "u", c: "" });
    Object.assign(bare.attrs, { b: undefined, "q:d": undefined });
    expect(serialise(bare)).to.equal('<p:a xmlns:p="u" c=""/>');
    Object.assign(bare.attrs, { "xmlns:p": undefined });
    expect(() => serialise(bare)).to.throw(IllFormed);
  });

  for (const name of [
    "",
    "1a",
    "a b",
    "a:b:c",
    ":a",
    "a>",
    "ª\u0370",
    "\u{10000}",
    "a\u0301",
    "-a",
    "xml:a",
  ]) {
    it(`refuses the name ${JSON.stringify(name)}, which would close the stream`, () => {
      expect(() => serialise(xml(name))).to.throw(IllFormed);
      expect(() => serialise(xml("a", { [name]: "x" }))).to.throw(IllFormed);
    });
  }

  it("refuses namespaces with white space, for which ejabberd closes the stream", () => {
    expect(() => serialise(xml("a", { xmlns: "urn:a\nb" }))).to.throw(IllFormed);
    expect(() => serialise(xml("a", { "xmlns:p": "urn:a b" }))).to.throw(IllFormed);
  });
});
