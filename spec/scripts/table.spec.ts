import { expect } from "chai";
import { table } from "../../scripts/table.js";

describe("A table", () => {
  it("has each row on one line that reads as it is written, whatever others wrote in it", () => {
    const cells = ["a\nb\u001b[31m", "\u202egnp.x\u202c", "\u2067y\u2069\u200f"];
    expect(table(["1", "2", "3"], [cells])).to.equal("1         2      3\na b [31m  gnp.x  y");
  });
});
