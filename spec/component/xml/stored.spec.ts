/** Stanzas that are read back from the disk: several in one text, and how large they are. */
import { expect } from "chai";
import fc from "fast-check";
import { serialise } from "../../../component/xml/serialise.js";
import { stanzasIn } from "../../../component/xml/stored.js";
import { fits, inOneWrite, LEFT_FREE, mustFit, StanzaTooLarge } from "../../../component/xml/wire-text.js";
import { together } from "../../../component/xml/splice.js";
import { element } from "./arbitrary.js";

describe("A stanza that is read back from the disk", () => {
  it("fits where it has just as many bytes as it may have, in letters of any length", () => {
    for (const text of ["a".repeat(12), "é".repeat(6), "好".repeat(4)]) {
      expect(
        [11, 12, 13].map((most) => fits(text, most)),
        text,
      ).to.deep.equal([false, true, true]);
      expect(() => mustFit(text, 12)).not.to.throw();
      expect(() => mustFit(text, 11))
        .to.throw(StanzaTooLarge)
        .and.include({ bytes: 12, most: 11 });
    }
  });

  it("has room left for what it gets later: an address, a delay, an envelope", () => {
    // 3,071 bytes of an address, and its resource escaped to six times its own 1,023; a delay with such an address.
    expect(LEFT_FREE.kept).to.be.above(3_071 + 5 * 1_023 + 1_024);
    expect(LEFT_FREE.complete).to.be.within(1_024, LEFT_FREE.kept);
  });

  it("is found among others, whatever they hold", () => {
    fc.assert(
      fc.property(fc.array(element, { maxLength: 5 }), fc.boolean(), (trees, isTogether) => {
        const texts = trees.map(serialise);
        expect(stanzasIn(isTogether ? together(texts) : inOneWrite(texts))).to.deep.equal(texts);
      }),
    );
  });

  it("leaves its neighbours good where it isn't closed", () => {
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
