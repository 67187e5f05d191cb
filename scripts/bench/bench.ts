/**
 * Runs the benchmarks (`npm run bench`). Each benchmark starts its own servers on loopback. The component and the
 * program that it is compared with do the same work in turn. Only figures of the same run can be compared.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { PERFORMANCE } from "../docs/parts.js";
import { arrays } from "./arrays.js";
import { crowd } from "./crowd.js";
import { entering } from "./entering.js";
import { fanOut } from "./fan-out.js";
import { growth } from "./growth.js";
import { inGuide, machine, report } from "./report.js";
import { run } from "./run.js";
import { sends } from "./sends.js";
import { start } from "./start.js";

const benchmarks = { sends, arrays, entering, "fan-out": fanOut, start, growth, crowd };

const HELP = `Compares the component with the servers' own interfaces, on private servers.
npm run bench -- [options] [${Object.keys(benchmarks).join(" ")}]
  --rounds N      turns of each contestant; the table shows medians (5)
  --seconds N     seconds of a turn that time bounds (2)
  --quick         short turns that show whether the benchmarks run; their figures mean nothing
  --program PATH  measures another build, by its dist/scripts/qtalk-component.js
  --docs          also writes the table into the guide`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string" },
    seconds: { type: "string" },
    quick: { type: "boolean", default: false },
    program: { type: "string" },
    docs: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const { quick } = values;
const names = positionals.length > 0 ? positionals : Object.keys(benchmarks);
const isKnown = (name: string): boolean => Object.keys(benchmarks).includes(name);
const isPart = quick || positionals.length > 0 || values.program !== undefined;
const extent = {
  rounds: Number(values.rounds ?? (quick ? 1 : 5)),
  seconds: Number(values.seconds ?? (quick ? 1 : 2)),
  quick,
};

if (values.help || !names.every(isKnown) || !(extent.rounds > 0 && extent.seconds > 0)) {
  console.log(HELP);
  process.exitCode = values.help ? 0 : 1;
} else if (values.docs && isPart) {
  console.log("--docs writes the whole table: leave names, --quick and --program out.");
  process.exitCode = 1;
} else {
  const chosen = Object.entries(benchmarks).filter(([name]) => names.includes(name));
  const note = (line: string): boolean => process.stderr.write(`${line}\n`);
  const measured = await run(Object.fromEntries(chosen), { extent, program: values.program, note });
  const on = machine();
  if (measured.lines.length > 0) console.log(report(measured, on));
  if (measured.faults.length > 0) process.exitCode = 1;
  else if (values.docs) writeFileSync(PERFORMANCE, inGuide(readFileSync(PERFORMANCE, "utf8"), measured, on));
}
