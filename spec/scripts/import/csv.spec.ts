import { expect } from "chai";
import { readCsv, type CsvForm } from "../../../scripts/import/csv.js";
import type { Line } from "../../../scripts/import/lines.js";

function read(text: string, form: Partial<CsvForm> = {}): [number, readonly string[] | string][] {
  const lines = text.split("\n").map((line, index): Line => ({ text: line, end: index + 1 }));
  return [...readCsv(lines, { delimiter: ",", ...form })].map((record) => {
    return [record.line, "cells" in record ? record.cells : record.reason];
  });
}

describe("Reading CSV", () => {
  it("takes quoted cells with commas, quotes and line ends", () => {
    expect(read('a,"b,c",d\ne,"f ""g""\nh",i')).to.deep.equal([
      [1, ["a", "b,c", "d"]],
      [2, ["e", 'f "g"\nh', "i"]],
    ]);
  });

  it("loses one line to a quote that isn't closed, and goes on after it", () => {
    const rows = read('a,b\nc,"open\nd,e\n"x"y,z\nf,g');
    expect(rows.map(([line, cells]) => [line, typeof cells])).to.deep.equal([
      [1, "object"],
      [2, "string"],
      [3, "object"],
      [4, "string"],
      [5, "object"],
    ]);
    expect(rows[4]).to.deep.equal([5, ["f", "g"]]);
  });

  it("loses one line to two broken ones that look like a record together", () => {
    const rows = read('a,b\nc,"d\ne,f\ng",h\ni,j');
    expect(rows.at(-1)).to.deep.equal([5, ["i", "j"]]);
    expect(rows.map(([line]) => line)).to.include(3);
  });

  it("counts the columns", () => {
    expect(read("a,b\nc\nd,e,f\ng,h").map(([, cells]) => cells)).to.deep.equal([
      ["a", "b"],
      "1 column, but the header has 2",
      "3 columns, but the header has 2",
      ["g", "h"],
    ]);
  });

  it("skips empty lines, and keeps spaces inside quotes", () => {
    expect(read(" a , b \n\n   \n c ,d")).to.deep.equal([
      [1, ["a", "b"]],
      [4, ["c", "d"]],
    ]);
    expect(read(" a ,b", { keepsSpaces: true })).to.deep.equal([[1, [" a ", "b"]]]);
  });

  it("bears a file that is one open quote", () => {
    const rows = read('a,"b\n'.repeat(1500));
    expect(rows.length).to.be.above(700);
  });
});
