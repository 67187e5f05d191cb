import fc from "fast-check";
import { expect } from "chai";
import { passedOn } from "../../../../component/muc/wire/payload.js";
import { StanzaError } from "../../../../component/stanza-error.js";
import { xml, type Element } from "../../../../component/xml/builder.js";
import { parseXml, XmlFault } from "../../../../component/xml/parse.js";
import { serialise } from "../../../../component/xml/serialise.js";

const names = fc.constantFrom(
  "a",
  "a:b",
  "b:c",
  "xml:lang",
  "名",
  ":",
  "a:",
  "a:b:c",
  "x y",
  "xmlns:a",
  "xmlns",
  "1",
  "",
);
const namespaces = fc.constantFrom(
  "urn:a",
  "urn:b",
  "",
  "jabber:client",
  "jabber:component:accept",
  "http://www.w3.org/XML/1998/namespace",
  "http://www.w3.org/2000/xmlns/",
  "\u0001",
);
const element: fc.Arbitrary<Element> = fc.letrec<{ element: Element }>((tie) => ({
  element: fc
    .tuple(
      names,
      fc.dictionary(
        fc.oneof(names, fc.constantFrom("xmlns", "xmlns:a", "xmlns:b", "b:x", "a:x")),
        namespaces,
        { maxKeys: 5 },
      ),
      fc.array(fc.oneof({ depthSize: "small" }, fc.constantFrom("text", "<&>", "\u0000"), tie("element")), {
        maxLength: 3,
      }),
    )
    .map(([name, attrs, children]) => xml(name, attrs, ...children)),
})).element;

describe("What is passed on of somebody's stanza", () => {
  const passed = (child: Element): Element[] => passedOn(xml("message", {}, child));

  it("doesn't grow: a long namespace that a short prefix stands for is refused where it would be written often", () => {
    const long = `urn:${"x".repeat(30_000)}`;
    const declared = (count: number): Element =>
      xml("a", { "xmlns:p": long }, ...Array.from({ length: count }, () => xml("p:b")));
    expect(serialise(xml("message", {}, ...passed(declared(2)))).length).to.be.lessThan(70_000);
    expect(() => passed(declared(3_000))).to.throw(StanzaError, "too long");
    const attributes = Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`p:x${at}`, "1"]));
    expect(passed(xml("a", { "xmlns:p": long, ...attributes }))).to.have.length(1);
  });

  it("is refused, or can be written and read again, whatever was sent", () => {
    let good = 0;
    fc.assert(
      fc.property(element, (child) => {
        let children: Element[];
        try {
          children = passed(child);
        } catch (error) {
          expect(error).to.be.instanceOf(StanzaError);
          return;
        }
        good += 1;
        const text = serialise(xml("message", {}, ...children));
        const again = parseXml(text);
        expect(again instanceof XmlFault ? `${again.reason}: ${text}` : "").to.equal("");
      }),
      { numRuns: 3000 },
    );
    expect(good).to.be.above(20);
  });

  it("is what a caller may send, written alike, whichever way it came", () => {
    const text =
      '<message xmlns:p="urn:p"><x xmlns="urn:x" p:y="1"><p:z/><body xmlns="jabber:client"/></x><p:a/><b/></message>';
    const parsed = parseXml(text);
    if (parsed instanceof XmlFault) throw new Error(parsed.reason);
    const sent = xml(
      "message",
      { "xmlns:p": "urn:p" },
      xml("x", { xmlns: "urn:x", "p:y": "1" }, xml("p:z"), xml("body", "jabber:client")),
      xml("p:a"),
      xml("b"),
    );
    expect(serialise(xml("message", {}, ...passedOn(sent)))).to.equal(serialise(parsed));
  });
});
