/**
 * Checks what you changed, in a few minutes: `npm run check`. Uncommitted changes, or else the last commit: formats,
 * style, spelling, types, layers, the tests that run the changed lines, and a few changes of meaning (`npm run mutants`).
 */
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { counted } from "../component/wording.js";
import { CoverageMap, specsIn } from "./mutants/coverage.js";
import { compiledPath, gitLines, isDirty, isProduct, newLines } from "./mutants/repository.js";

/** How long the affected specs may take together, in milliseconds of their usual time. */
const MOST_MS = 60_000;

/** How many specs are guessed, and then measured, if it isn't known which ones run the changed lines. */
const MOST_GUESSED = 6;

const SAMPLE = ["--sample", "5", "--budget", "20"];

const isCommitted = !isDirty();
const base = isCommitted ? "HEAD~1" : "HEAD";
const files = [
  ...gitLines("diff", "--name-only", "--diff-filter=d", base),
  ...gitLines("ls-files", "--others", "--exclude-standard"),
];
const product = files.filter(isProduct);
const all = specsIn(["spec"]);
const map = new CoverageMap();
const unknown = new Set(map.missing(all));
const failed: string[] = [];

if (files.length === 0) console.log("Nothing has changed.");
else checkAll();

function checkAll(): void {
  console.log(
    `${counted(files.length, "file")} of ${isCommitted ? "the last commit" : "your uncommitted changes"}`,
  );
  step("Formats, style, spelling", process.execPath, "scripts/ready/changed.mjs", base);
  for (const part of ["console", "docs"])
    if (files.some((file) => file.startsWith(`http/${part}/page/`)))
      step(`Types of the ${part}'s page`, "npx", "tsc", "-p", `http/${part}/page`);
  const folders = ["component", "http", "scripts", "spec", "storage"];
  step("Layers", "npx", "depcruise", "--config", ".dependency-cruiser.mjs", ...folders);
  const specs = affected();
  if (specs.length > 0) step(counted(specs.length, "affected spec"), "npx", "mocha", ...specs);
  else console.log("\nNo tests are known to run what changed.");
  if (product.length > 0) tryMistakes(specs);
  console.log(failed.length === 0 ? "\nAll is well." : `\nTo mend: ${failed.join("; ")}.`);
}

/** Tries a few changes of meaning. @param specs those that run the changed lines */
function tryMistakes(specs: readonly string[]): void {
  if (!isCommitted) console.log("\nChanges of meaning are tried when everything is committed.");
  else if (specs.length > 0) {
    const chosen = specs.flatMap((spec) => ["--specs", spec.replace("dist/", "").replace(/js$/, "ts")]);
    const options = ["--changed", ...SAMPLE, ...chosen];
    step("Changes of meaning", process.execPath, "dist/scripts/mutants.js", ...options);
  }
}

function step(title: string, command: string, ...options: readonly string[]): void {
  console.log(`\n${title} …`);
  if (spawnSync(command, options, { stdio: "inherit" }).status === 0) return;
  failed.push(title);
  process.exitCode = 1;
}

/** Returns the changed specs, and the cheapest ones that run changed lines, or that probably do. */
function affected(): string[] {
  const covering = new Map<string, number>();
  for (const file of product)
    for (const line of newLines(file, base))
      for (const { spec, ms } of map.covering(file, line, all)) covering.set(spec, ms);
  const chosen: string[] = [];
  let left = MOST_MS;
  for (const [spec, ms] of [...covering].sort(([, a], [, b]) => a - b)) {
    left -= ms;
    if (left < 0) break;
    chosen.push(spec);
  }
  if (chosen.length < covering.size)
    console.log(
      `\nOf ${covering.size} specs that run changed lines, only the cheapest are run; CI runs all.`,
    );
  const changed = files.filter((file) => file.endsWith(".spec.ts")).map(compiledPath);
  return [...new Set([...changed, ...chosen, ...guessed()])];
}

/** Returns the specs beside the changed files of which it isn't known what they run, the nearest first. */
function guessed(): string[] {
  if (unknown.size === 0 || product.length === 0) return [];
  const near = (depth: (file: string) => string): string[] =>
    all.filter((spec) => unknown.has(spec) && product.some((file) => spec.startsWith(depth(file))));
  const nearest = [
    ...near((file) => compiledPath(`spec/${file}`).replace(/\.js$/, ".spec.js")),
    ...near((file) => `dist/spec/${dirname(file)}/`),
  ];
  const found = [...new Set(nearest)].slice(0, MOST_GUESSED);
  console.log(
    `\nIt isn't known what ${unknown.size} of ${all.length} specs run, so the nearest ${found.length} of them are used. ` +
      "To know it of all, run once, for as long as npm test: npm run mutants -- --changed",
  );
  return found;
}
