/**
 * Runs the benchmarks (`npm run bench`). Each benchmark starts its own servers on loopback. The component and the
 * program that it is compared with do the same work in turn. Only figures of the same run can be compared.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { PERFORMANCE } from "../docs/parts.js";
import { crowd } from "./crowd.js";
import { entering } from "./entering.js";
import { fanOut } from "./fan-out.js";
import { growth } from "./growth.js";
import { inGuide, machine, report, run } from "./run.js";
import { sends } from "./sends.js";
import { start } from "./start.js";

const benchmarks = { sends, entering, "fan-out": fanOut, start, growth, crowd };

const HELP = `Compares the component with the servers' own interfaces, on private servers.
npm run bench -- [options] [${Object.keys(benchmarks).join(" ")}]
  --rounds N      turns of each contestant; the table shows medians (5)
  --seconds N     seconds of a turn that time bounds (2)
  --quick         short turns that show whether the benchmarks run; their figures mean nothing
  --program PATH  measures another build, by its dist/scripts/qtalk-component.js
  --docs          also writes the tables into the guide: of all benchmarks, or of crowd`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string" },
    seconds: { type: "string" },
    program: { type: "string" },
    quick: { type: "boolean", default: false },
    docs: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const { quick, docs, program } = values;
const rounds = Number(values.rounds ?? (quick ? 1 : 5));
const seconds = Number(values.seconds ?? (quick ? 1 : 2));
const names = positionals.length > 0 ? positionals : Object.keys(benchmarks);
const chosen = Object.entries(benchmarks).filter(([name]) => names.includes(name));
const isPart = quick || program !== undefined || (positionals.length > 0 && names.join() !== "crowd");

if (values.help || chosen.length < names.length || !(rounds > 0 && seconds > 0)) {
  console.log(HELP);
  process.exitCode = values.help ? 0 : 1;
} else if (docs && isPart) {
  console.log("--docs writes whole tables: leave --quick, --program and names other than crowd out.");
  process.exitCode = 1;
} else {
  const note = (line: string): boolean => process.stderr.write(`${line}\n`);
  const options = { extent: { rounds, seconds, quick }, program };
  const measured = await run(Object.fromEntries(chosen), options, note);
  console.log(report(measured, machine()));
  if (measured.faults.length > 0) process.exitCode = 1;
  else if (docs) writeFileSync(PERFORMANCE, inGuide(readFileSync(PERFORMANCE, "utf8"), measured, machine()));
}
