import { expect } from "chai";
import { fitted, table } from "../../scripts/table.js";

describe("A table", () => {
  it("has each row on one line that reads as it is written, whatever others wrote in it", () => {
    const cells = ["a\nb\u001b[31m", "\u202egnp.x\u202c", "\u2067y\u2069\u200f"];
    expect(table(["1", "2", "3"], [cells])).to.equal("1         2      3\na b [31m  gnp.x  y");
  });
});

describe("A table on a terminal", () => {
  it("has one line for each row: what may be long is cut first", () => {
    const headings = ["id", "stanza", "reason"];
    const rows = [
      ["1", "x".repeat(500), "r".repeat(20)],
      ["2", "<a>\n</a>", "short"],
    ];
    const at = (width: number): string[] =>
      table(headings, fitted(headings, rows, { width, isLong: (column) => column === 1 })).split("\n");
    for (const width of [40, 80, 120]) {
      const lines = at(width);
      expect(lines).to.have.length(3);
      expect(Math.max(...lines.map(({ length }) => length))).to.equal(width);
    }
    expect(at(80)[1]).to.contain("r".repeat(20)).and.contain("x…");
    expect(at(30)[1]).to.contain("r…");
    expect(at(1000)[1]).to.contain("x".repeat(500));
  });
});
