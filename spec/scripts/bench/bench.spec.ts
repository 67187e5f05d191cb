/** Whether benchmarks run, and what they leave behind; not how fast anything is. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import type { Benchmark } from "../../../scripts/bench/benchmark.js";
import { inGuide, report, type Measured } from "../../../scripts/bench/report.js";
import { run } from "../../../scripts/bench/run.js";
import type { Stage } from "../../../scripts/bench/stage.js";
import type { Line } from "../../../scripts/bench/table.js";
import { PERFORMANCE } from "../../../scripts/docs/parts.js";

const PROGRAM = fileURLToPath(new URL("../../../scripts/bench/bench.js", import.meta.url));
const quick = { rounds: 1, seconds: 1, quick: true };
const line: Line = { work: "working", ours: "2/s", peer: "1/s", ratio: 2 };

function benchmark(name: string, work: (stage: Stage) => Promise<readonly Line[]>): Benchmark {
  return { name, about: name, run: work };
}

function runAll(chosen: readonly Benchmark[], signal = new AbortController().signal) {
  return run({ chosen, extent: quick, progress: { update: () => undefined }, signal });
}

describe("npm run bench", () => {
  it("prints a table, and on what it was measured", async function () {
    this.timeout(30_000);
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, "--quick", "notify"]);
    expect(stdout).to.match(/^\| work +\| qtalk-component \| peer/);
    expect(stdout).to.match(
      /\n\| send_notify, 500 users a call \| [\d,]+\/s +\| [\d,]+\/s a bare component \|/,
    );
    expect(stdout).to.contain(`Node ${process.version}`);
  });

  it("ends what a benchmark started though it failed, says why, and goes on with the next", async () => {
    const ended: string[] = [];
    const failing = benchmark("failing", (stage) => {
      stage.atEnd(() => ended.push("the server"));
      stage.atEnd(() => {
        ended.push("the component");
        throw new Error("it would not end");
      });
      throw new Error("nobody answered");
    });
    const { lines, faults } = await runAll([failing, benchmark("next", () => Promise.resolve([line]))]);
    expect(ended).to.deep.equal(["the component", "the server"]);
    expect(faults).to.deep.equal(["failing: nobody answered", "failing: it would not end"]);
    expect(lines).to.deep.equal([line]);
  });

  it("prints a table of its own where a benchmark has one, after that of the others", async () => {
    const own: Benchmark = {
      ...benchmark("aside", () => Promise.resolve([])),
      run: () => Promise.resolve({ headings: ["work", "longest"], rows: [["waiting", "3 ms"]] }),
    };
    const { faults, ...measured } = await runAll([benchmark("first", () => Promise.resolve([line])), own]);
    expect(faults).to.be.empty;
    const printed = report(measured, "2 × Some CPU").split("\n\n");
    expect(printed[0]).to.match(/^\| work +\| qtalk-component/);
    expect(printed[1]).to.equal("| work    | longest |\n| ------- | ------- |\n| waiting | 3 ms    |");
    expect(printed[2]).to.match(/^A ratio above 1 .*\n2 × Some CPU$/);
    expect(report({ ...measured, lines: [] }, ""))
      .to.match(/^\| work +\| longest/)
      .and.not.contain("ratio");
  });

  it("ends in the middle of a benchmark when it is told to", async () => {
    const ending = new AbortController();
    const ended: string[] = [];
    const endless = benchmark("endless", (stage) => {
      stage.atEnd(() => ended.push("the server"));
      ending.abort(new Error("ended before it was done"));
      return new Promise(() => undefined);
    });
    const never = benchmark("never", () => Promise.resolve([line]));
    const { lines, faults } = await runAll([endless, never], ending.signal);
    expect(ended).to.deep.equal(["the server"]);
    expect(faults).to.deep.equal(["endless: ended before it was done"]);
    expect(lines).to.be.empty;
  });

  it("gives each contestant the same number of turns, the first of them to warm up", async () => {
    const turns: string[] = [];
    const turn = (name: string) => (round: number) => {
      turns.push(name);
      return Promise.resolve(round);
    };
    let results: Record<string, number[]> = {};
    const fair = benchmark("fair", async (stage) => {
      results = await stage.inTurn({ a: turn("a"), b: turn("b") }, 2);
      return [];
    });
    await runAll([fair]);
    expect(turns).to.deep.equal(["a", "b", "b", "a", "a", "b"]);
    expect(results).to.deep.equal({ a: [1, 2], b: [1, 2] });
  });

  it("gives fewer turns where they take very long, and says so", async () => {
    const clock = performance.now.bind(performance);
    let later = 0;
    performance.now = () => clock() + later;
    const slow = benchmark("slow", async (stage) => {
      const turn = (round: number): Promise<number> => {
        later += 60_000;
        return Promise.resolve(round);
      };
      const { a } = await stage.inTurn({ a: turn }, 5);
      expect(a).to.deep.equal([1, 2, 3]);
      return [line];
    });
    try {
      const { remarks, faults } = await runAll([slow]);
      expect(faults).to.be.empty;
      expect(remarks).to.deep.equal(["Some turns took long here: there were fewer rounds of them than 5."]);
    } finally {
      performance.now = clock;
    }
  });
});

describe("The guide's table of benchmarks", () => {
  const page = readFileSync(PERFORMANCE, "utf8");
  const measured: Measured = { lines: [line], tables: [], remarks: ["Something to know."] };

  it("is replaced by --docs, and nothing else is", () => {
    const written = inGuide(page, measured, "2 × Some CPU");
    expect(written).to.contain("| working | 2/s").and.to.contain("Something to know.");
    expect(written).to.contain("Measured on 2 × Some CPU.");
    expect(inGuide(written, measured, "2 × Some CPU")).to.equal(written);
    const around = (text: string) => text.replace(/<!-- benchmarks[^]*end of the benchmarks -->/, "");
    expect(around(written)).to.equal(around(page));
  });

  it("needs its place", () => {
    expect(() => inGuide("# Nothing", measured, "")).to.throw("no place");
  });
});
