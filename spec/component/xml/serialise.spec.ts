/** Other parsers read the serialiser's output as it was meant; it never writes what XML forbids. */
import { expect } from "chai";
import fc from "fast-check";
import { xml, type Element } from "../../../component/xml/builder.js";
import { parseXml, XmlFault } from "../../../component/xml/parse.js";
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

  it("refuses reserved prefixes and namespaces, prefixes of elements, and prefixes that the element doesn't declare", () => {
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
    const declared = { "xmlns:p": "u", "xmlns:q": "v", "p:a": "1", "q:a": "2", "p:b": "3", "xml:lang": "zh" };
    expect(serialise(xml("a", declared))).to.equal(
      `<a xmlns:p="u" xmlns:q="v" p:a="1" q:a="2" p:b="3" xml:lang="zh"/>`,
    );
    for (const child of [xml("p:b"), xml("b", { "p:c": "1" })])
      expect(() => serialise(xml("m", { "xmlns:p": "u" }, child))).to.throw(IllFormed);
  });

  it("writes prefixes only as another parser accepts them, and all that the strict parser has read", () => {
    const seen = { good: 0, bad: 0 };
    const isWritten = (tree: Element): boolean => {
      try {
        return isNamespaceWellFormed(serialise(tree)) || expect.fail(tree.toString());
      } catch (error) {
        expect(error).to.be.an.instanceOf(IllFormed);
        return false;
      }
    };
    fc.assert(
      fc.property(prefixedElement, (tree) => {
        seen[isWritten(tree) ? "good" : "bad"] += 1;
        const parsed = parseXml(tree.toString());
        if (!(parsed instanceof XmlFault)) expect(isWritten(parsed), tree.toString()).to.equal(true);
        else if (!parsed.reason.includes("prefix is xml"))
          expect(isNamespaceWellFormed(tree.toString()), tree.toString()).to.equal(false);
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
    const bare = xml("a", { "xmlns:p": "u", "p:c": "" });
    Object.assign(bare.attrs, { b: undefined, "q:d": undefined });
    expect(serialise(bare)).to.equal('<a xmlns:p="u" p:c=""/>');
    Object.assign(bare.attrs, { "xmlns:p": undefined });
    expect(() => serialise(bare)).to.throw(IllFormed);
  });

  const names = ["", "1a", "a b", "a:b:c", ":a", "a>", "ª\u0370", "\u{10000}", "a\u0301", "-a", "xml:a"];
  for (const name of names) {
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
