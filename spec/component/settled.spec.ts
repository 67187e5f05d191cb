/** Promises that never reject. */
import { expect } from "chai";
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
});
