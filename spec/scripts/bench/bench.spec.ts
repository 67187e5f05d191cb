/** Whether benchmarks run, and what they leave behind; not how fast anything is. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { inGuide, report, run } from "../../../scripts/bench/run.js";
import type { Benchmark, Stage } from "../../../scripts/bench/stage.js";
import { compare, format, UNITS, type Line } from "../../../scripts/bench/table.js";
import { PERFORMANCE } from "../../../scripts/docs/parts.js";

const PROGRAM = fileURLToPath(new URL("../../../scripts/bench/bench.js", import.meta.url));
const line: Line = { work: "working", ours: "2/s" };

function runAll(chosen: Readonly<Record<string, Benchmark>>, rounds = 1) {
  return run(chosen, { extent: { rounds, seconds: 1, quick: true } }, () => undefined);
}

describe("npm run bench", () => {
  it("prints a table, and on what it was measured", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, "--quick", "start"]);
    expect(stdout).to.match(/^\| work +\| qtalk-component \| peer/);
    expect(stdout).to.match(/^\| start +\| [\d.]+ s +\| +\| +\| < 1 s +\| (?:yes|no) +\|$/m);
    expect(stdout).to.contain(`Node ${process.version}`);
  });

  it("compares the component with a peer in each round", () => {
    const compared = compare({
      work: "sends",
      unit: UNITS.perSecond,
      ours: [90, 1_000, 1_200],
      peer: [100, 800, 1_000],
      peerName: "a peer",
      target: 1.25,
    });
    const [, , row] = format([compared]).split("\n");
    expect(row?.replace(/ +/g, " ")).to.equal(
      "| sends | 1,000/s | 800/s a peer | 1.20 (0.90–1.25) | ≥ 1.25 | no |",
    );
  });

  it("ends what a benchmark started though it failed, says where and why, and shows what the other server gave", async () => {
    const ended: string[] = [];
    const half: Benchmark = {
      ejabberd: (stage) => {
        stage.atEnd(() => ended.push("the server"));
        stage.atEnd(() => {
          ended.push("the component");
          throw new Error("it would not end");
        });
        throw new Error("nobody answered");
      },
      Prosody: () => Promise.resolve([line]),
    };
    const measured = await runAll({ half });
    expect(ended).to.deep.equal(["the component", "the server"]);
    const faults = ["half on ejabberd failed: nobody answered", "half on ejabberd failed: it would not end"];
    expect(measured).to.deep.include({ faults, lines: { half: [line] } });
    expect(report(measured, "2 × Some CPU")).to.include("| working | 2/s").and.include(faults.join("\n"));
  });

  it("gives each contestant the same number of turns, the first of them to warm up", async () => {
    const turns: string[] = [];
    const turn = (name: string) => () => Promise.resolve(turns.push(name));
    let results: Record<string, number[]> = {};
    const ejabberd = async (stage: Stage) => {
      results = await stage.inTurn({ a: turn("a"), b: turn("b") });
      return [];
    };
    await runAll({ fair: { ejabberd } }, 2);
    expect(turns).to.deep.equal(["a", "b", "b", "a", "a", "b"]);
    expect(results).to.deep.equal({ a: [4, 5], b: [3, 6] });
  });
});

describe("The guide's table of benchmarks", () => {
  it("is replaced by --docs, and nothing else is", () => {
    const page = readFileSync(PERFORMANCE, "utf8");
    const measured = { lines: { sends: [line] }, remarks: ["Something to know."], faults: [] };
    const written = inGuide(page, measured, "2 × Some CPU");
    expect(written).to.contain("| working | 2/s").and.to.contain("Something to know.");
    expect(written).to.contain("Measured on 2 × Some CPU.");
    const around = (text: string) => text.replace(/<!-- benchmarks[^]*end of the benchmarks -->/, "");
    expect(around(written)).to.equal(around(page));
  });

  it("of crowds is replaced alone if only they were measured", () => {
    const page = readFileSync(PERFORMANCE, "utf8");
    const compared = compare({
      work: "300 enter",
      unit: UNITS.perSecond,
      ours: [1],
      peer: [2],
      peerName: "peer",
    });
    const measured = { lines: { crowd: [compared] }, remarks: [], faults: [] };
    const written = inGuide(page, measured, "2 × Some CPU");
    expect(written).to.match(/^\| 300 enter \| 1\/s +\| 2\/s peer \| 0.50 +\|/m);
    const around = (text: string) => text.replace(/<!-- crowds[^]*end of the crowds -->/, "");
    expect(around(written)).to.equal(around(page));
  });
});
