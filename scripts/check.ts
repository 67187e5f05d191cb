/**
 * Checks what you changed, in a minute or two: `npm run check`. Uncommitted changes, or else the last commit: formats,
 * style, spelling, types, layers, the tests that run the changed lines, and a few changes of meaning (`npm run mutants`).
 */
import { spawnSync } from "node:child_process";
import { CoverageMap, specsIn } from "./mutants/coverage.js";
import { compiledPath, gitLines, isDirty, isProduct, newLines } from "./mutants/repository.js";

/** How long the affected specs may take together, in milliseconds of their usual time. */
const MOST_MS = 60_000;

const SAMPLE = ["--sample", "5", "--budget", "20"];

const isCommitted = !isDirty();
const base = isCommitted ? "HEAD~1" : "HEAD";
const files = [
  ...gitLines("diff", "--name-only", "--diff-filter=d", base),
  ...gitLines("ls-files", "--others", "--exclude-standard"),
];

step("Formats, style, spelling", process.execPath, "scripts/ready/changed.mjs", base);
for (const part of ["console", "docs"])
  if (files.some((file) => file.startsWith(`http/${part}/page/`)))
    step(`Types of the ${part}'s page`, "npx", "tsc", "-p", `http/${part}/page`);
const folders = ["component", "http", "scripts", "spec", "storage"];
step("Layers", "npx", "depcruise", "--config", ".dependency-cruiser.mjs", ...folders);
const specs = affected();
if (specs.length > 0) step(`${specs.length} affected specs`, "npx", "mocha", ...specs);
if (!isCommitted) console.log("Changes of meaning are tried when everything is committed.");
else step("Changes of meaning", process.execPath, "dist/scripts/mutants.js", "--changed", ...SAMPLE);

function step(title: string, command: string, ...options: readonly string[]): void {
  console.log(`\n${title} …`);
  if (spawnSync(command, options, { stdio: "inherit" }).status !== 0) process.exitCode = 1;
}

/** Returns the changed specs, and the cheapest ones that run changed lines. */
function affected(): string[] {
  const map = new CoverageMap();
  const all = specsIn(["spec"]);
  const changed = files.filter((file) => file.endsWith(".spec.ts")).map(compiledPath);
  const unknown = map.missing(all).length;
  if (unknown > 0)
    console.log(
      `\nWhat ${unknown} of ${all.length} tests cover isn't known yet: npm run mutants finds it out.`,
    );
  const covering = new Map<string, number>();
  for (const file of files.filter(isProduct))
    for (const line of newLines(file, base))
      for (const { spec, ms } of map.covering(file, line, all)) covering.set(spec, ms);
  let ms = 0;
  const cheapest = [...covering].sort(([, a], [, b]) => a - b);
  const chosen = cheapest.filter(([, own]) => (ms += own) <= MOST_MS).map(([spec]) => spec);
  if (chosen.length < covering.size)
    console.log(
      `\nOf ${covering.size} specs that run changed lines, only the cheapest are run; CI runs all.`,
    );
  return [...new Set([...changed, ...chosen])];
}
