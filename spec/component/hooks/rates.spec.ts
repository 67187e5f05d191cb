/** The rate limit of incoming webhooks. */
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

  it("is the configuration's, or the hook's own, effective at once", () => {
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

  it("counts large and slow posts more", () => {
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
