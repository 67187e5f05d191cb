import { expect } from "chai";
import { Meter } from "../../../component/limits/meter.js";
import { Metrics } from "../../../component/metrics.js";
import { busiestTurn } from "../../support/turns.js";

/** Work of so many steps, each of which takes a millisecond. */
function* steps(count: number): Generator<number, void, void> {
  for (let done = 0; done < count; done++) {
    for (const end = performance.now() + 1; performance.now() < end;);
    yield 10;
  }
}

describe("Metered work", () => {
  it("takes a few milliseconds of each turn of the event loop, however much work there is", async () => {
    const meter = new Meter(new Metrics().eventLoop);
    const busy = await busiestTurn(async () => {
      await Promise.all(
        ["one", "two", "three", "four"].map((name) => meter.run(name, steps(50), () => undefined)),
      );
    });
    expect(busy).to.be.below(100);
  });

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
