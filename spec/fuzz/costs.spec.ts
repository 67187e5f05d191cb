/** The attacks whose costs `npm run fuzz -- --costs` measures: those who attack reach their targets, and end nothing. */
import { expect } from "chai";
import { ATTACKS, costs, rowOf, type Cost } from "../../scripts/fuzz/costs.js";

describe("What attacks cost", () => {
  // One of each kind: nobody, strangers, a room elsewhere, a hook.
  const some = [
    "1,000 posts with wrong secrets",
    "7,000 bodies in a message",
    "a bot renamed to an empty nickname, then 1,000 messages",
    "an alert with 440 labels of 1 KB",
  ];

  it("is measured beside a bystander who asks for health and speaks", async () => {
    const all: Cost[] = [];
    const attacks = ATTACKS.filter(({ input }) => some.includes(input));
    await costs("prosody", attacks, (cost) => all.push(cost));
    expect(all.map(({ input }) => input)).to.have.members(some);
    for (const cost of all) {
      expect(cost.hasEnded, cost.input).to.equal(false);
      expect(cost.health, cost.input).to.be.above(0).and.below(Infinity);
      expect(cost.message, cost.input).to.be.above(0).and.below(Infinity);
    }
  });

  it("isn't measured if an attack misses its target", async () => {
    const [attack] = ATTACKS;
    const missing = { ...attack!, prepare: () => Promise.resolve(() => Promise.reject(new Error("missed"))) };
    const cost = costs("prosody", [missing], () => expect.fail("it was measured"));
    expect(await cost.then(undefined, String)).to.equal("Error: missed");
  });

  it("is a row of the guide's table", () => {
    const cost = {
      right: "nobody",
      input: "x",
      block: 1.4,
      health: 2,
      message: 3,
      memory: 4.6,
      hasEnded: false,
    };
    expect(rowOf("Prosody", cost)).to.equal("| Prosody | nobody | x | 1 | 2 | 3 | 5 |");
    expect(rowOf("Prosody", { ...cost, hasEnded: true })).to.contain("the component has ended");
  });
});
