/**
 * Runs the benchmarks (`npm run bench`). Each benchmark starts its own servers on loopback. The component and the
 * program that it is compared with do the same work in turn. Only figures of the same run can be compared.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { PERFORMANCE } from "../docs/parts.js";
import { arrays } from "./arrays.js";
import { crowd } from "./crowd.js";
import { crowdLine, crowdTable, keep, withEarlier, type CrowdRow } from "./crowd-table.js";
import { entering } from "./entering.js";
import { fanOut } from "./fan-out.js";
import { growth } from "./growth.js";
import { crowdsInGuide, inGuide, machine, report } from "./report.js";
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
  --docs          also writes the tables into the guide: of all benchmarks, or of crowd
crowd (6 minutes with 300 occupants; much longer with all) has more options:
  --server NAME   only ejabberd or prosody
  --occupants N   only 300, 900 or 2000
  --scene TEXT    only scenes with this text in their names
  --results FILE  keeps the rows in a JSON file; the table has those of earlier runs, too`;

const string = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ rounds: string, seconds: string, program: string, quick: flag, docs: flag, help: flag },
    ...{ server: string, occupants: string, scene: string, results: string },
  },
});
const { quick, docs, results, server, scene } = values;
const names = positionals.length > 0 ? positionals : Object.keys(benchmarks);
const isKnown = (name: string): boolean => Object.keys(benchmarks).includes(name);
const isCrowdAlone = names.join() === "crowd";
const isPart = quick || values.program !== undefined || (positionals.length > 0 && !isCrowdAlone);
const occupants = values.occupants === undefined ? undefined : Number(values.occupants);
const extent = {
  rounds: Number(values.rounds ?? (quick ? 1 : 5)),
  seconds: Number(values.seconds ?? (quick ? 1 : 2)),
  quick,
  only: { server, scene, occupants },
};

if (values.help || !names.every(isKnown) || !(extent.rounds > 0 && extent.seconds > 0)) {
  console.log(HELP);
  process.exitCode = values.help ? 0 : 1;
} else if (docs && isPart) {
  console.log("--docs writes whole tables: leave --quick, --program and names other than crowd out.");
  process.exitCode = 1;
} else {
  const chosen = Object.entries(benchmarks).filter(([name]) => names.includes(name));
  const note = (line: string): boolean => process.stderr.write(`${line}\n`);
  const measuredRows: CrowdRow[] = [];
  const onRow = (row: CrowdRow): void => {
    measuredRows.push(row);
    keep(results, withEarlier(results, measuredRows));
    note(crowdLine(row));
  };
  const measured = await run(Object.fromEntries(chosen), { extent, program: values.program, note, onRow });
  const on = machine();
  const rows = withEarlier(results, measuredRows);
  if (measured.lines.length > 0) console.log(report(measured, on));
  if (rows.length > 0) console.log(`\n${crowdTable(rows)}\n${on}`);
  if (measured.faults.length > 0) process.exitCode = 1;
  else if (docs) {
    const page = crowdsInGuide(readFileSync(PERFORMANCE, "utf8"), rows, on);
    writeFileSync(PERFORMANCE, isCrowdAlone ? page : inGuide(page, measured, on));
  }
}
