/** Mutation testing on the command line: `npm run mutate -- component/xml`. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { showProgress } from "./import/progress.js";
import { sameMeaning } from "./mutate/equivalent.js";
import { Mutation, type Tried } from "./mutate/mutation.js";
import { Outcomes } from "./mutate/outcomes.js";
import { targetOf } from "./mutate/units.js";

const HELP = `npm run mutate -- FOLDER…   (or single sources)

Changes the meaning of one place after another, and tells which changes no unit test notices: those are tests that are
missing. Runs the tests of the folder of spec/ that mirrors it, without those that start servers or programs. Comparisons, clauses,
conditions, sums, statements, flags, fallbacks, lists and some methods are changed; texts, numbers, patterns and lines of
the log aren't. What it has found is kept in .mutate/: ended and started again it goes on, and after a change of a source
or a test it tries what that may concern. It doesn't see changes of other sources.

  --tests FOLDER  runs the tests of this folder instead, such as of a larger one: only what wasn't noticed is tried again
  --anew          tries everything again
  --longest N     leaves out tests that take more seconds (10)
  --concurrency N runs the tests in so many processes at once (1)
  --survivors     lists them at once, as they are found`;

for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"] as const) process.once(signal, () => process.exit(1));

const ROOT = join(import.meta.dirname, "../..");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tests: { type: "string" },
    anew: { type: "boolean", default: false },
    longest: { type: "string", default: "10" },
    concurrency: { type: "string", default: "1" },
    survivors: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (
  values.help ||
  positionals.length === 0 ||
  !(Number(values.longest) > 0) ||
  !(Number(values.concurrency) >= 1)
) {
  console.log(HELP);
  if (!values.help) process.exitCode = 2;
} else {
  const all: Tried[] = [];
  for (const path of positionals) all.push(...(await mutate(path.replace(/\/$/, ""))));
  console.log(summary(all));
}

async function mutate(path: string): Promise<Tried[]> {
  const target = targetOf(ROOT, path, values.tests);
  let bar: ReturnType<typeof showProgress> | undefined;
  let survived = 0;
  const mutation = new Mutation({
    root: ROOT,
    target,
    outcomes: new Outcomes(join(ROOT, ".mutate", `${path.replaceAll("/", "-")}.json`), values.anew),
    longest: Number(values.longest) * 1_000,
    concurrency: Number(values.concurrency),
    onTests: (count, leftOut) => {
      console.log(`${path}: ${count} unit tests in ${target.specs.length} files`);
      for (const title of leftOut) console.log(`  left out: ${title}`);
    },
    onTried: (tried, done, total) => {
      bar ??= showProgress(`Changing ${path}`, total);
      if (tried.outcome.by === undefined) {
        survived += 1;
        if (values.survivors) console.log(`  ${survivor(tried)}`);
      }
      bar.update(done, `${done} of ${total}, ${survived} unnoticed`);
    },
  });
  const all = await mutation.run();
  bar?.stop();
  return all;
}

/** Those that nobody can notice are listed with the reason, and not counted. */
function summary(tried: readonly Tried[]): string {
  const isSame = ({ file, words, outcome }: Tried): boolean =>
    outcome.by === undefined && sameMeaning(file, words) !== undefined;
  const all = tried.filter((one) => !isSame(one));
  const row = (name: string, some: readonly Tried[]): string => {
    const noticed = some.filter(({ outcome }) => outcome.by !== undefined).length;
    const share = some.length === 0 ? "" : ((100 * noticed) / some.length).toFixed(1);
    return `${name.padEnd(50)}${`${noticed} of ${some.length}`.padStart(14)}${`${share} %`.padStart(9)}`;
  };
  const files = [...new Set(tried.map(({ file }) => file))];
  return [
    "",
    ...tried
      .filter(isSame)
      .map((one) => `${survivor(one)}\n    the same: ${sameMeaning(one.file, one.words) ?? ""}`),
    "",
    ...all.filter(({ outcome }) => outcome.by === undefined).map(survivor),
    "",
    ...files.map((name) =>
      row(
        name,
        all.filter(({ file }) => file === name),
      ),
    ),
    row("all", all),
  ].join("\n");
}

function survivor({ file, line, words, outcome }: Tried): string {
  return `${file}:${line}  ${words}${outcome.isReached ? "" : "  (no test comes here)"}`;
}
