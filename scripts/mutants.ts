/**
 * Shows what the tests don't notice: `npm run mutants -- --in component/outbox --sample 40`. Draws small changes of
 * meaning, and runs the specs that cover the changed line.
 */
import { parseArgs } from "node:util";
import { showProgress } from "./import/progress.js";
import { CoverageMap, specsIn } from "./mutants/coverage.js";
import type { Mutant } from "./mutants/mutation.js";
import { report } from "./mutants/report.js";
import { git, gitLines, isDirty, isProduct, newLines, productFiles } from "./mutants/repository.js";
import { draw, Trial, type Finding } from "./mutants/sample.js";
import { Tree } from "./mutants/tree.js";

const HELP = `Changes the meaning of the product's code, one small mistake at a time, and shows which changes no test notices.
Your files and dist stay as they are. A run that was stopped continues if it is started again with the same seed.

  --in FOLDER     a folder or file of the product; may be repeated
  --changed       only lines of the last commit
  --sample N      how many changes are tried (40)
  --seed N        repeats the sample of the run with this seed (random, and shown)
  --specs FOLDER  uses only these tests, such as spec/storage; may be repeated (all)
  --budget N      seconds of usual test time for one change (60)`;

/** A guess for a spec that was never measured, in milliseconds. */
const UNKNOWN_MS = 6_000;

/** How much of the time that unnoticed changes would take is usually needed. */
const USUAL_SHARE = 0.4;

const { values } = parseArgs({
  options: {
    in: { type: "string", multiple: true, default: [] },
    changed: { type: "boolean", default: false },
    sample: { type: "string", default: "40" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    specs: { type: "string", multiple: true, default: ["spec"] },
    budget: { type: "string", default: "60" },
    help: { type: "boolean", default: false },
  },
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const [size, seed, budget] = [Number(values.sample), Number(values.seed), Number(values.budget)];
const folders = values.in;
const isRight = Number.isInteger(size) && size > 0 && Number.isInteger(seed) && budget > 0;
const specs = specsIn(values.specs);
const refusal = isRight && (folders.length > 0 || values.changed) ? reasonAgainst() : HELP;

if (values.help || refusal !== undefined) {
  console.log(values.help ? HELP : refusal);
  process.exitCode = values.help ? 0 : 1;
} else await run();

/** Returns why nothing can be tried. */
function reasonAgainst(): string | undefined {
  if (isDirty())
    return "There are uncommitted changes. Commit them first, so that the figure belongs to a commit.";
  const other = folders.find((folder) => productFiles(folder).length === 0);
  if (other !== undefined)
    return `${other} has no code of the product. Folders of the product are in component, http, storage and scripts.`;
  if (specs.length === 0) return `${values.specs.join(", ")} has no tests.`;
  return undefined;
}

async function run(): Promise<void> {
  const map = new CoverageMap();
  using tree = new Tree(process.cwd());
  await measure(map, tree);
  if (map.failing(specs).length === specs.length) {
    console.log("No test passes as it is, so nothing can be noticed. Is everything installed and built?");
    process.exitCode = 1;
    return;
  }

  const head = git("rev-parse", "HEAD").trim();
  const touched = values.changed ? linesOfCommit() : undefined;
  const chosen = folders.length === 0 ? (touched?.keys() ?? []) : folders.flatMap(productFiles);
  const files = [...new Set(chosen)].sort();
  const isWanted = ({ file, line }: Mutant): boolean =>
    touched?.get(file)?.has(line) ?? touched === undefined;
  const mutants = draw(files, { size, seed }, isWanted);
  const title = `${folders.join(", ") || "last commit"}, seed ${seed}`;
  if (mutants.length === 0) {
    console.log(`${title}: there is nothing to change.`);
    return;
  }

  const trial = new Trial(map, specs, budget * 1000, head);
  const most = trial.mostOf(mutants);
  console.log(
    `${title}: ${mutants.length} changes, ${inMinutes(most * USUAL_SHARE)}, at most ${inMinutes(most)}.`,
  );
  const progress = showProgress(title, mutants.length);
  const findings: Finding[] = [];
  for (const mutant of mutants) {
    findings.push(await trial.try(mutant, tree));
    const unnoticed = findings.filter(({ noticed }) => noticed === undefined).length;
    progress.update(findings.length, `${findings.length} of ${mutants.length}, ${unnoticed} unnoticed`);
  }
  progress.stop();
  console.log(report(title, findings));
}

/** Completes the coverage map. */
async function measure(map: CoverageMap, tree: Tree): Promise<void> {
  const missing = map.missing(specs);
  const all = map.usualMs(missing, UNKNOWN_MS);
  if (missing.length > 0)
    console.log(`First, ${specsRun(missing.length)} to see what they cover: ${inMinutes(all)}.`);
  const progress = showProgress("Coverage", all);
  let done = 0;
  for (const spec of missing) {
    const usual = map.usualMs([spec], UNKNOWN_MS);
    progress.update(done, spec);
    await map.measure(spec, tree);
    done += usual;
  }
  progress.stop();
  const failing = map.failing(specs);
  if (failing.length > 0) console.log(`Not used, as they fail without any change: ${failing.join(", ")}`);
}

/** Returns the new lines of each file of the product that the last commit touches. */
function linesOfCommit(): Map<string, ReadonlySet<number>> {
  const files = gitLines("diff", "--name-only", "--diff-filter=d", "HEAD~1").filter(isProduct);
  return new Map(files.map((file) => [file, newLines(file, "HEAD~1")]));
}

function specsRun(count: number): string {
  return count === 1 ? "1 spec is run" : `${count} specs are run`;
}

function inMinutes(ms: number): string {
  return ms < 90_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.ceil(ms / 60_000)} min`;
}
