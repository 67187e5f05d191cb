/** Two builds in turn. */
import { expect } from "chai";
import type { Benchmark } from "../../../scripts/bench/benchmark.js";
import { compareBuilds } from "../../../scripts/bench/comparison.js";
import { alone, compare, MILLISECONDS, PER_SECOND } from "../../../scripts/bench/figures.js";
import { buildOther } from "../../../scripts/bench/other-build.js";
import { Failure } from "../../../scripts/failure.js";

/** Of six turns: this build has the first, the fourth and the fifth. */
const RATES = [100, 60, 40, 90, 120, 50];

describe("npm run bench -- --compare", () => {
  const measure = (chosen: readonly Benchmark[]) =>
    compareBuilds({
      chosen,
      extent: { rounds: 1, seconds: 1, quick: true },
      progress: { update: () => undefined },
      signal: new AbortController().signal,
      other: { name: "abc1234", program: "/nowhere" },
    });

  it("gives both builds the same number of turns, in an order that favours none, and compares them", async () => {
    let turn = -1;
    const sending: Benchmark = {
      name: "sending",
      about: "",
      run: () => {
        turn += 1;
        const rates = { ours: [RATES[turn] ?? 0], peer: [1], peerName: "a peer" };
        return Promise.resolve([
          compare({ work: "sending", unit: PER_SECOND, ...rates }),
          compare({ work: "sending", unit: PER_SECOND, ...rates, peerName: "another" }),
          alone("… at the longest", MILLISECONDS, [7]),
        ]);
      },
    };
    const { lines } = await measure([sending]);
    expect(lines.map(({ work, ours, peer, peerName }) => [work, ours, peer, peerName])).to.deep.equal([
      ["sending", "100/s", "50/s", "abc1234"],
      ["sending … at the longest", "7 ms", "7 ms", "abc1234"],
    ]);
    expect(lines[0]?.ratio).to.be.closeTo(2.25, 1e-9);
    expect(lines[0]?.spread?.map((ratio) => ratio.toFixed(2))).to.deep.equal(["1.67", "2.40"]);
  });

  it("ends with the first turn that fails, and says why", async () => {
    const failing: Benchmark = {
      name: "failing",
      about: "",
      run: () => Promise.reject(new Error("no server")),
    };
    expect((await measure([failing])).faults).to.deep.equal(["failing: no server"]);
  });

  it("says that there is no such commit", async () => {
    const failure = await buildOther("no-such-commit").catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Failure);
  });
});
