import { expect } from "chai";
import { table } from "../../scripts/table.js";

describe("A table", () => {
  it("has columns as wide as what they hold", () => {
    expect(table(["id", "name"], [["long one", "x"]])).to.equal("ID        NAME\nlong one  x");
  });

  it("may have very many rows", () => {
    const rows = Array.from({ length: 200_000 }, (_, n) => [String(n)]);
    expect(table(["n"], rows).length).to.be.above(1_000_000);
  });
});
