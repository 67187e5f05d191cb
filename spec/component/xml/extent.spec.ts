import { expect } from "chai";
import { xml, type Element } from "../../../component/xml/builder.js";
import { excessOf } from "../../../component/xml/extent.js";

const MANY = 20_000;

/** A message with so many elements inside, each with so many attributes. */
function message(elements: number, attributes: number): Element {
  const attrs = Object.fromEntries(Array.from({ length: attributes }, (_, index) => [`a${index}`, "1"]));
  return xml("message", {}, ...Array.from({ length: elements }, () => xml("x", attrs)));
}

describe("What a stanza may have", () => {
  it("are 20,000 elements and attributes together, however few bytes they have", () => {
    expect(excessOf(message(MANY - 1, 0), Infinity)).to.equal(undefined);
    expect(excessOf(message(MANY, 0), Infinity)).to.equal("parts");
    expect(excessOf(message(1, MANY - 2), Infinity)).to.equal(undefined);
    expect(excessOf(message(1, MANY - 1), Infinity)).to.equal("parts");
    expect(excessOf(message((MANY - 1) / 3, 2), Infinity)).to.equal(undefined);
    expect(excessOf(message(MANY / 2, 1), Infinity)).to.equal("parts");
  });

  it("are so many characters of names, attributes and texts", () => {
    const stanza = xml("message", { id: "1" }, xml("body", {}, "你好"));
    expect(excessOf(stanza, 16)).to.equal(undefined);
    expect(excessOf(stanza, 15)).to.equal("size");
  });
});
