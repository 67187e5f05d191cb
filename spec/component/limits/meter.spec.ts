import { mock } from "node:test";
import { expect } from "chai";
import { atOnce, inSlice, mapInSlices, Meter } from "../../../component/limits/meter.js";
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

  it("is charged for each step: the bytes that it read in vain, and nothing with the result", async () => {
    const charged: number[] = [];
    const work = function* (): Generator<number, string, void> {
      yield 7;
      yield 5;
      return "done";
    };
    const meter = new Meter(new Metrics().eventLoop);
    expect(await meter.run("work", work(), (bytes) => void charged.push(bytes))).to.equal("done");
    expect(charged).to.deep.equal([7, 5, 0]);
    charged.length = 0;
    expect(atOnce(work(), (bytes) => void charged.push(bytes))).to.equal("done");
    expect(charged).to.deep.equal([7, 5, 0]);
  });

  it("ends with what a step or the charge throws, and others go on", async () => {
    const meter = new Meter(new Metrics().eventLoop);
    const failing = function* (): Generator<number, void, void> {
      yield 1;
      throw new Error("can't be read");
    };
    const reasons = await Promise.allSettled([
      meter.run("fails", failing(), () => undefined),
      meter.run("costs", steps(9), (bytes) => {
        if (bytes === 10) throw new Error("too much");
      }),
      meter.run("works", steps(3), () => undefined),
    ]);
    expect(reasons.map((one) => (one.status === "rejected" ? String(one.reason) : one.status))).to.deep.equal(
      ["Error: can't be read", "Error: too much", "fulfilled"],
    );
    expect(() =>
      atOnce(steps(1), () => {
        throw new Error("spent");
      }),
    ).to.throw("spent");
  });

  it("that has taken the least time is next", async () => {
    const meter = new Meter(new Metrics().eventLoop);
    const order: string[] = [];
    const long = meter.run("long", steps(30), () => undefined).then(() => order.push("long"));
    await new Promise(setImmediate);
    await Promise.all([long, meter.run("short", steps(3), () => undefined).then(() => order.push("short"))]);
    expect(order).to.deep.equal(["short", "long"]);
  });

  it("can be done in slices of a few milliseconds", async () => {
    let done = 0;
    const work = function* (): Generator<number, void, void> {
      for (const one of steps(20)) {
        done += 1;
        yield one;
      }
    };
    const all = work();
    expect(inSlice(all)).to.equal(true);
    expect(done).to.be.within(1, 10);
    for (let slices = 0; slices < 100 && inSlice(all);) slices += 1;
    expect([done, inSlice(all)]).to.deep.equal([20, false]);
    const items = Array.from({ length: 30 }, (_, index) => index);
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 0);
    const mapped = await mapInSlices(items, (item) => {
      for (const end = performance.now() + 1; performance.now() < end;);
      return item * 2;
    });
    clearInterval(counting);
    expect(mapped).to.deep.equal(items.map((item) => item * 2));
    expect(turns, "others had their turns").to.be.greaterThan(0);
  });

  it("leaves the rest of its slice to others when all is done", async () => {
    const loop = { run: <R>(_work: string, piece: () => R): R => piece() };
    const clock = mock.method(performance, "now", () => 0);
    try {
      const meter = new Meter(loop);
      // Otherwise this would never end, as time stands still.
      await meter.run("short", steps(0), () => undefined);
      expect(clock.mock.callCount()).to.be.below(50);
    } finally {
      mock.restoreAll();
    }
  });
});
