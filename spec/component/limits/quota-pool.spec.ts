import { expect } from "chai";
import fc from "fast-check";
import { QuotaPool } from "../../../component/limits/quota-pool.js";

const MOST = 1000;
const step = fc.record({
  name: fc.constantFrom("a", "b", "c", "d"),
  amount: fc.integer({ min: 1, max: 400 }),
  isGiven: fc.boolean(),
});

describe("A quota pool", () => {
  it("always has room for a newcomer, and never gives more than it has", () => {
    const property = fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const shares = new QuotaPool(MOST);
      const held = new Map<string, number>();
      for (const { name, amount, isGiven } of steps) {
        const part = held.get(name) ?? 0;
        if (isGiven) {
          shares.release(name, amount);
          held.set(name, Math.max(0, part - amount));
        } else if (shares.hasRoom(name, amount)) {
          shares.acquire(name, amount);
          held.set(name, part + amount);
        }
        const sum = [...held.values()].reduce((all, each) => all + each, 0);
        // Whoever took the last part left as much free as it is large.
        if (shares.used !== sum || sum >= MOST) return false;
        if (!shares.hasRoom("newcomer", Math.floor((MOST - sum) / 2))) return false;
      }
      return [...held].every(([name, part]) => shares.of(name) === part);
    });
    fc.assert(property);
  });

  it("is used by one account up to its portion", () => {
    for (const [portion, most] of [
      [1, 500],
      [1 / 3, 250],
    ] as const) {
      const shares = new QuotaPool(MOST);
      while (shares.hasRoom("a", 1, portion)) shares.acquire("a", 1);
      expect(shares.used).to.equal(most);
    }
  });
});
