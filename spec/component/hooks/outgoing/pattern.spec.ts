import { expect } from "chai";
import { isNamed, matcherOf } from "../../../../component/hooks/outgoing/pattern.js";

describe("A name in a text", () => {
  it("is found as a whole word, in any case", () => {
    expect(isNamed("Bot", "hey bot, listen")).to.equal(true);
    expect(isNamed("Bot", "robots")).to.equal(false);
    expect(isNamed("机器人", "机器人 你好")).to.equal(true);
  });

  it("is never found if it is empty", () => {
    for (const text of ["", "x", " ", "x y"]) expect(isNamed("", text)).to.equal(false);
  });
});

describe("A pattern", () => {
  it("matches the whole text; * is any text, and an empty pattern matches an empty text only", () => {
    expect(["", "*", "**", "a*c", "*b*"].map((pattern) => matcherOf(pattern)("aBc"))).to.deep.equal([
      false,
      true,
      true,
      true,
      true,
    ]);
    expect(["", "*", "**"].map((pattern) => matcherOf(pattern)(""))).to.deep.equal([true, true, true]);
  });
});
