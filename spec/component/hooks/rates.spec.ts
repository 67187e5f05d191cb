/** How many posts a hook takes. */
import { expect } from "chai";
import { HookRates } from "../../../component/hooks/rates.js";

describe("The rate of a hook", () => {
  const hook = (id: string, rate?: number): Parameters<HookRates["refuse"]>[0] => ({
    id,
    name: id,
    limits: { rate, bodyBytes: undefined },
  });
  const taken = (rates: HookRates, of: ReturnType<typeof hook>): number =>
    Array.from({ length: 20 }, () => rates.refuse(of)).filter((fault) => fault === undefined).length;

  it("is what the configuration says of all, or its own, which counts as soon as it is changed", () => {
    const rates = new HookRates({ rate: 3 });
    expect(taken(rates, hook("a"))).to.equal(3);
    expect(taken(rates, hook("b", 5))).to.equal(5);
    expect(taken(rates, hook("c", 0.5))).to.equal(1);
    expect(taken(rates, hook("a", 7))).to.equal(7);
    expect(rates.refuse(hook("a"))?.message).to.contain("the hook a accepts 3 posts per second (hooks.rate)");
    const fault = rates.refuse(hook("c", 0.5));
    expect([fault?.kind, fault?.retryAfter]).to.deep.equal(["fast", 2]);
    expect(fault?.message).to.contain("0.5 posts per second (hook set)");
  });

  it("counts a post for more if it is large, or takes long to render", () => {
    const rates = new HookRates({ rate: 10 });
    rates.charge(hook("small"), { bytes: 40_000, ms: 3 });
    expect(taken(rates, hook("small"))).to.equal(10);
    rates.charge(hook("large"), { bytes: 320 * 1024 });
    expect(taken(rates, hook("large"))).to.equal(5);
    rates.charge(hook("slow"), { ms: 100 });
    expect(taken(rates, hook("slow"))).to.equal(0);
    expect(rates.refuse(hook("slow"))?.retryAfter).to.equal(1);
  });
});
