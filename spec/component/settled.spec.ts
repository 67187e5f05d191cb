/** Promises that never reject. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { documentAt } from "../../scripts/docs/parts.js";
import { settled } from "../../component/settled.js";

describe("What never rejects", () => {
  const failure = new Error("broken");
  const works: Readonly<Record<string, () => Promise<string>>> = {
    throws: () => {
      throw failure;
    },
    rejects: () => Promise.reject(failure),
  };
  for (const [how, work] of Object.entries(works))
    it(`has another result if the work ${how}`, async () => {
      expect(await settled(work, (error) => `instead: ${String(error)}`)).to.equal("instead: Error: broken");
    });

  it("has the work's result, and begins the work at once", async () => {
    let hasBegun = false;
    const result = settled(
      () => {
        hasBegun = true;
        return "done";
      },
      () => "unused",
    );
    expect(hasBegun).to.equal(true);
    expect(await result).to.equal("done");
  });

  it("says so by its type, and not by a comment alone", () => {
    const files = ["component", "http", "storage"].flatMap((layer) =>
      readdirSync(documentAt(layer), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => documentAt(join(layer, name))),
    );
    const claims = files.flatMap((file) => {
      const text = readFileSync(file, "utf8");
      return [...text.matchAll(/never rejects/gi)].flatMap(({ index }) =>
        text.slice(index, index + 400).includes("Settled<") ? [] : [file],
      );
    });
    expect(claims).to.deep.equal([]);
  });
});
