import { expect } from "chai";
import { Meter } from "../../component/meter.js";
import { Metrics } from "../../component/metrics.js";
import { busiestTurn } from "../support/turns.js";

/** Work of so many steps, each of which takes a millisecond. */
function* steps(count: number, result: string): Generator<number, string, void> {
  for (let done = 0; done < count; done++) {
    for (const end = performance.now() + 1; performance.now() < end;);
    yield 10;
  }
  return result;
}

describe("Metered work", () => {
  const meter = new Meter(new Metrics().eventLoop);

  it("shares a few milliseconds of each turn of the event loop, however much of it there is", async () => {
    let turns = 0;
    const count = (): void => {
      turns += 1;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    let results: readonly string[] = [];
    const busy = await busiestTurn(async () => {
      const each = ["one", "two", "three", "four"].map((name) =>
        meter.run(name, steps(50, name), () => undefined),
      );
      results = await Promise.all(each);
    });
    clearImmediate(next);
    expect(results).to.deep.equal(["one", "two", "three", "four"]);
    expect(busy).to.be.below(100);
    expect(turns).to.be.above(10);
  });

  it("is charged by what it reads and how long it takes, and ends when that is refused", async () => {
    let [chars, time] = [0, 0];
    const charge = (read: number, ms: number): void => {
      [chars, time] = [chars + read, time + ms];
      if (chars > 100) throw new Error("too much");
    };
    const outcome = await meter.run("long", steps(1_000, "done"), charge).catch(String);
    expect([outcome, chars]).to.deep.equal(["Error: too much", 110]);
    expect(time).to.be.at.least(11);
  });

  it("gives its result though its last step used up the budget", async () => {
    let isSpent = false;
    const charge = (): void => {
      if (isSpent) throw new Error("too much");
    };
    const last = function* (): Generator<number, string, void> {
      yield 1;
      isSpent = true;
      return "done";
    };
    expect(await meter.run("short", last(), charge)).to.equal("done");
  });
});
