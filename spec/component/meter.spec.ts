import { expect } from "chai";
import { Meter } from "../../component/meter.js";
import { Metrics } from "../../component/metrics.js";

describe("Metered work", () => {
  it("returns its result although its last step used up the budget", async () => {
    let isSpent = false;
    const charge = (): void => {
      if (isSpent) throw new Error("too much");
    };
    const work = function* (): Generator<number, string, void> {
      yield 1;
      isSpent = true;
      return "done";
    };
    expect(await new Meter(new Metrics().eventLoop).run("short", work(), charge)).to.equal("done");
  });
});
