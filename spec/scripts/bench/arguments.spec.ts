import { expect } from "chai";
import { readArguments } from "../../../scripts/bench/arguments.js";
import type { Benchmark } from "../../../scripts/bench/benchmark.js";
import { benchmarks } from "../../../scripts/bench/benchmarks.js";
import { Failure } from "../../../scripts/failure.js";

const known = ["sends", "joins", "start"].map((name): Benchmark => {
  return { name, about: `about ${name}`, run: () => Promise.resolve([]) };
});
const read = (...args: string[]) => readArguments(args, known);
const chosen = (...args: string[]) => read(...args).chosen.map(({ name }) => name);

describe("npm run bench's command line", () => {
  it("runs all benchmarks, or those that are named, in the table's order", () => {
    expect(chosen()).to.deep.equal(["sends", "joins", "start"]);
    expect(chosen("start", "sends", "start")).to.deep.equal(["sends", "start"]);
  });

  it("says which benchmarks there are where one isn't known", () => {
    const sentence = 'There is no benchmark "send"; there are sends, joins, start.';
    expect(() => read("joins", "send")).to.throw(Failure, sentence);
  });

  it("runs what is no part of the whole set only where it is named", () => {
    const aside: Benchmark = {
      name: "stalls",
      about: "about stalls",
      isAside: true,
      run: () => Promise.resolve([]),
    };
    const all = [...known, aside];
    expect(readArguments([], all).chosen).to.deep.equal(known);
    expect(readArguments(["--docs"], all).chosen).to.deep.equal(known);
    expect(readArguments(["stalls"], all).chosen).to.deep.equal([aside]);
  });

  it("does less where it shall be quick, unless it is told how much", () => {
    expect(read().extent).to.deep.equal({ rounds: 5, seconds: 2, quick: false });
    expect(read("--quick").extent).to.deep.equal({ rounds: 1, seconds: 1, quick: true });
    expect(read("--quick", "--rounds", "4").extent).to.deep.equal({ rounds: 4, seconds: 1, quick: true });
  });

  it("writes no figures of a quick run into the guide, and no half of the table", () => {
    expect(read("--docs").docs).to.equal(true);
    expect(() => read("--docs", "--quick")).to.throw(Failure, "--quick");
    expect(() => read("--docs", "joins")).to.throw(Failure, "name no benchmarks");
  });

  it("has a name of its own and a line of help for each benchmark", () => {
    expect(new Set(benchmarks.map(({ name }) => name)).size).to.equal(benchmarks.length);
    for (const { name, about } of benchmarks) {
      expect(name).to.match(/^[a-z-]+$/);
      expect(about).to.match(/^[^\n]{20,100}$/);
    }
  });
});
