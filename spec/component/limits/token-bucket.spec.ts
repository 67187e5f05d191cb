import { expect } from "chai";
import fc from "fast-check";
import { TokenBuckets } from "../../../component/limits/token-bucket.js";
import { heapAfter } from "../../support/heap.js";

const deed = fc.record({
  name: fc.constantFrom("juliet", "romeo"),
  cost: fc.integer({ min: 1, max: 50 }),
  /** Milliseconds since the deed before. */
  pause: fc.integer({ min: 0, max: 3000 }),
});
const size = fc.record({
  perSecond: fc.integer({ min: 1, max: 20 }),
  burst: fc.integer({ min: 1, max: 60 }),
});

describe("token buckets", () => {
  it("give nobody more than a burst and the rate in any time", () => {
    const property = fc.property(size, fc.array(deed, { maxLength: 60 }), (limits, deeds) => {
      const buckets = new TokenBuckets(limits);
      let now = 0;
      const taken: { at: number; name: string; cost: number }[] = [];
      for (const { name, cost, pause } of deeds) {
        now += pause;
        if (buckets.consume(name, cost, now)) taken.push({ at: now, name, cost });
      }
      for (const [i, first] of taken.entries()) {
        let sum = 0;
        for (const { at, name, cost } of taken.slice(i)) {
          if (name !== first.name) continue;
          sum += cost;
          const gained = ((at - first.at) / 1000) * limits.perSecond;
          const most = limits.burst + gained + Math.max(0, cost - limits.burst);
          if (sum > most + 1e-6) return false;
        }
      }
      return true;
    });
    fc.assert(property);
  });

  it("tell when there are enough tokens, also after a debt", () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 500 }), deed, (limits, debt, { cost }) => {
        const buckets = new TokenBuckets(limits);
        buckets.debit("juliet", debt, 0);
        const wait = buckets.waitTime("juliet", cost, 0);
        if (wait > 1 && buckets.consume("juliet", cost, wait - 1)) return false;
        return buckets.consume("juliet", cost, wait + 1);
      }),
    );
  });

  it("forget accounts with full buckets", () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 2 });
    buckets.debit("debtor", 100, 0);
    for (let i = 1; i < 1_000; i++) buckets.consume(`passer-by ${i}`, 1, 0);
    expect(buckets.size).to.equal(1_000);
    buckets.consume("newcomer", 1, 15_000);
    expect(buckets.size).to.equal(2);
    expect(buckets.consume("debtor", 1, 15_000)).to.equal(false);
  });

  it("are bounded, and keep those in debt longest", () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 2 });
    buckets.debit("debtor", 100, 0);
    for (let i = 0; i < 50_000; i++) buckets.consume(`passer-by ${i}`, 1, 1);
    expect(buckets.size).to.be.at.most(20_000);
    expect(buckets.consume("debtor", 1, 2)).to.equal(false);
  });

  it("tell long names apart, and keep only their hashes", () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1 });
    const long = "x".repeat(2_000);
    expect([`${long}a`, `${long}b`, `${long}a`].map((name) => buckets.consume(name, 1, 0))).to.deep.equal([
      true,
      true,
      false,
    ]);
    expect(buckets.waitTime(`${long}a`, 1, 0)).to.equal(1000);
    const used = heapAfter(() => {
      for (let i = 0; i < 5_000; i++) buckets.consume(`${i}${long}`, 1, 0);
    });
    expect(used).to.be.below(4e6);
    expect(buckets.size).to.be.above(5_000);
  });

  it("fill up while they are looked at only, and take a cost above the burst when they are full", () => {
    const buckets = new TokenBuckets({ perSecond: 2, burst: 10 });
    expect([buckets.waitTime("juliet", 10, 0), buckets.waitTime("juliet", 99, 0)]).to.deep.equal([0, 0]);
    expect(buckets.consume("juliet", 30, 0), "into debt").to.equal(true);
    expect([buckets.waitTime("juliet", 1, 0), buckets.waitTime("juliet", 1, 4_000)]).to.deep.equal([
      10_500, 6_500,
    ]);
    expect(buckets.waitTime("juliet", 30, 5_000), "only a full bucket is needed").to.equal(10_000);
    expect([buckets.consume("juliet", 30, 14_999), buckets.consume("juliet", 30, 15_000)]).to.deep.equal([
      false,
      true,
    ]);
    expect(buckets.consume("juliet", 1, 16_000), "nothing was taken in vain").to.equal(false);
    expect(buckets.waitTime("juliet", 1, 16_000)).to.equal(9_500);
  });

  it("are looked through every ten seconds for full ones, by what they hold then", () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 10 });
    buckets.consume("first", 1, 0);
    for (const [name, cost] of [
      ["full", 5],
      ["nearly full", 11],
    ] as const)
      buckets.debit(name, cost, 1);
    buckets.consume("newcomer", 1, 9_999);
    expect(buckets.size).to.equal(4);
    buckets.consume("another", 1, 10_001);
    expect(buckets.size, "those of newcomer and another, and nearly full").to.equal(3);
  });

  it("are halved when there are too many, the fullest go first", () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 100_000 });
    for (let cost = 1; cost <= 20_000; cost += 1) buckets.consume(String(cost), cost, 0);
    expect(buckets.size).to.equal(20_000);
    buckets.consume("one more", 1, 0);
    expect(buckets.size).to.equal(10_001);
    expect([buckets.waitTime("10000", 100_000, 0), buckets.waitTime("10001", 100_000, 0)]).to.deep.equal([
      0, 10_001_000,
    ]);
  });
});
