import { expect } from "chai";
import { copyCells } from "../../../../scripts/import/startalk/dump.js";

describe("A line of a COPY block", () => {
  it("is cells between tabs", () => {
    expect(copyCells("1\t测试\t\t x ")).to.deep.equal(["1", "测试", "", " x "]);
  });

  it("makes an empty cell of NULL, but not of text that looks like it", () => {
    expect(copyCells("\\N\t\t\\\\N\tx\\N")).to.deep.equal(["", "", "\\N", "xN"]);
  });

  it("has its escapes undone", () => {
    expect(copyCells("a\\tb\\nc\\rd\\\\e\\bf\\fg\\vh\\.\\q")).to.deep.equal(["a\tb\nc\rd\\e\bf\fg\vh.q"]);
    expect(copyCells("\\\\n\\\\\\n")).to.deep.equal(["\\n\\\n"]);
  });

  it("may give characters as bytes, in octal and in hexadecimal", () => {
    expect(copyCells("\\346\\265\\213\\xe8\\xAF\\x95\\101\\x41z")).to.deep.equal(["测试AAz"]);
    expect(copyCells("\\346")).to.equal(undefined);
  });
});
