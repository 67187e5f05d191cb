import { expect } from "chai";
import fc from "fast-check";
import { xml, type Element } from "../../../component/xml/builder.js";
import { excessOf, MAX_DEPTH } from "../../../component/xml/extent.js";
import { serialise } from "../../../component/xml/serialise.js";
import { element as anyElement } from "./arbitrary.js";

const exceeds = (element: Element, characters: number): boolean => excessOf(element, characters) === "size";

describe("what an element holds", () => {
  it("is counted in names, attributes and texts, at any depth", () => {
    const element = xml("a", { b: "cd" }, "ef", xml("g", { h: "i" }, xml("j", {}, "k")));
    expect(exceeds(element, 11)).to.equal(false);
    expect(exceeds(element, 10)).to.equal(true);
    const bare = xml("a", {}, "b");
    Object.assign(bare.attrs, { c: undefined });
    expect([2, 3].map((most) => exceeds(bare, most))).to.deep.equal([true, false]);
  });

  it("isn't counted any further once it is too much", () => {
    const untouchable = new Proxy(xml("c"), {
      get: () => {
        throw new Error("it was looked at");
      },
    });
    const element = xml("a", {}, "b".repeat(100));
    element.children.push(untouchable);
    expect(exceeds(element, 50)).to.equal(true);
  });

  it("is never deeper than a stanza may be, however deep it came", () => {
    const nested = (levels: number): Element => {
      let element = xml("a");
      for (let level = 1; level < levels; level++) element = xml("a", {}, element);
      return element;
    };
    expect(excessOf(nested(MAX_DEPTH), 1e6)).to.equal(undefined);
    expect(excessOf(nested(MAX_DEPTH + 1), 1e6)).to.equal("depth");
    expect(excessOf(nested(50_000), 1e6)).to.equal("depth");
  });

  it("is never more than it takes when it is written", () => {
    fc.assert(
      fc.property(anyElement, (element) => {
        expect(exceeds(element, Buffer.byteLength(serialise(element)))).to.equal(false);
      }),
    );
  });
});
