/** Stanzas that are read back from the disk, several in one text. */
import { expect } from "chai";
import fc from "fast-check";
import { serialise } from "../../../component/xml/serialise.js";
import { stanzasIn } from "../../../component/xml/stored.js";
import { inOneWrite } from "../../../component/xml/wire-text.js";
import { together } from "../../../component/xml/splice.js";
import { element } from "./arbitrary.js";

describe("A stored stanza", () => {
  it("is found among others", () => {
    fc.assert(
      fc.property(fc.array(element, { maxLength: 5 }), fc.boolean(), (trees, isTogether) => {
        const texts = trees.map(serialise);
        expect(stanzasIn(isTogether ? together(texts) : inOneWrite(texts))).to.deep.equal(texts);
      }),
    );
  });

  it("doesn't affect others if it is damaged", () => {
    expect(stanzasIn("<a><b/></a><c x='1'/><d><e></d>")).to.deep.equal([
      "<a><b/></a>",
      "<c x='1'/>",
      "<d><e></d>",
    ]);
    expect(stanzasIn("<a/></b><c/>")).to.deep.equal(["<a/>", "</b><c/>"]);
    expect(stanzasIn("<a/>text")).to.deep.equal(["<a/>", "text"]);
    expect(stanzasIn("<a/><b x='")).to.deep.equal(["<a/>", "<b x='"]);
    expect(stanzasIn("<a/>\n")).to.deep.equal(["<a/>"]);
  });
});
