import { expect } from "chai";
import { isTooDeep, MAX_JSON_DEPTH } from "../../http/json-depth.js";

const deep = (open: string, close: string, levels: number): boolean =>
  isTooDeep(Buffer.from(open.repeat(levels) + close.repeat(levels)));

describe("JSON that nests", () => {
  it("is read up to the limit, and refused beyond it", () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const) {
      expect(deep(open, close, MAX_JSON_DEPTH)).to.equal(false);
      expect(deep(open, close, MAX_JSON_DEPTH + 1)).to.equal(true);
    }
  });

  it("is read at the very limit, also where it has more brackets beside", () => {
    const side = "[],".repeat(MAX_JSON_DEPTH);
    const nested = (levels: number): Buffer =>
      Buffer.from(`[${side}${"[".repeat(levels - 1)}${"]".repeat(levels)}`);
    expect(isTooDeep(nested(MAX_JSON_DEPTH))).to.equal(false);
    expect(isTooDeep(nested(MAX_JSON_DEPTH + 1))).to.equal(true);
  });

  it("isn't confused by brackets in strings, nor by many side by side", () => {
    expect(isTooDeep(Buffer.from(JSON.stringify({ message: '\\"[{'.repeat(100) })))).to.equal(false);
    expect(isTooDeep(Buffer.from(JSON.stringify(Array.from({ length: 1000 }, () => [{}]))))).to.equal(false);
  });
});
