/**
 * The benchmarks, `npm run bench`: each starts servers of its own on loopback and compares with a peer in the same
 * run. Figures of different runs or machines mean nothing beside each other; ratios within one run do. Each is a file
 * here with a line in benchmarks.ts.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { ExitCode, Failure } from "../failure.js";
import { PERFORMANCE } from "../docs/parts.js";
import { showProgress } from "../import/progress.js";
import { endedWell, readArguments } from "./arguments.js";
import { benchmarks } from "./benchmarks.js";
import { compareBuilds } from "./comparison.js";
import { buildOther } from "./other-build.js";
import { describeMachine, inGuide, report } from "./report.js";
import { run } from "./run.js";

const GRACE_MS = 2_000;

try {
  process.exitCode = await bench(process.argv.slice(2));
} catch (error) {
  const well = endedWell(error);
  if (well === undefined && !(error instanceof Failure)) throw error;
  if (error instanceof Failure) process.stderr.write(`${error.message}\n`);
  process.exitCode = well === true ? ExitCode.ok : ExitCode.usage;
}

async function bench(args: readonly string[]): Promise<ExitCode> {
  const { chosen, extent, docs, compare } = readArguments(args, benchmarks);
  const other = compare === undefined ? undefined : await buildOther(compare);
  const ending = new AbortController();
  const end = (): void => ending.abort(new Error("ended before it was done"));
  process.once("SIGINT", end).once("SIGTERM", end);
  const started = performance.now();
  const progress = showProgress("Benchmarks", 100 * chosen.length);
  const options = { chosen, extent, progress, signal: ending.signal };
  const measured = await (other === undefined ? run(options) : compareBuilds({ ...options, other }));
  other?.remove();
  progress.stop();

  const machine = describeMachine();
  if (measured.lines.length + measured.tables.length > 0)
    process.stdout.write(`${report(measured, machine)}\n`);
  const each = Object.entries(measured.seconds).map(([name, seconds]) => `${name} ${seconds.toFixed(0)} s`);
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  process.stderr.write(`It took ${minutes} minutes: ${each.join(", ")}\n`);
  for (const fault of measured.faults) process.stderr.write(`${fault}\n`);
  if (measured.faults.length > 0) {
    // What was cut off in the middle may hold on to something.
    setTimeout(() => process.exit(), GRACE_MS).unref();
    return ExitCode.unavailable;
  }
  if (docs) writeFileSync(PERFORMANCE, inGuide(readFileSync(PERFORMANCE, "utf8"), measured, machine));
  return ExitCode.ok;
}
