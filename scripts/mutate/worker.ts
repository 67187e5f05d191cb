/** The process that runs unit tests again and again, with one change after another: Mocha on instrumented files. */
import { register } from "node:module";
import { pathToFileURL } from "node:url";
import Mocha from "mocha";
import { answer, askedBy, attribute, tryChange } from "./asked.js";
import type { Failed, Limits, Run, Start, TestSeen, Told } from "./messages.js";

/** What is under way after a test has a moment to end before the next change; milliseconds. */
const BREATH = 5;
/** What a test may take before its own time is known; milliseconds. */
const TIMEOUT = 60_000;

process.once("message", (start: Start) => void begin(start));
// Nobody is there any more to be told.
process.once("disconnect", () => process.exit());

async function begin({ sources, specs, change }: Start): Promise<void> {
  register("./sources.js", import.meta.url, { data: sources });
  answer();
  tryChange(change);
  const mocha = new Mocha({ timeout: TIMEOUT, reporter: class extends Mocha.reporters.Base {} });
  mocha.cleanReferencesAfterRun(false);
  // As Mocha itself does; but it would load them by require, past the hook.
  for (const spec of specs) {
    mocha.suite.emit("pre-require", globalThis, spec, mocha);
    await import(pathToFileURL(spec).href);
  }
  const asked = askedBy([""]);
  process.on("message", (run: Run) => runTests(mocha, run));
  tell({ kind: "loaded", asked });
}

function runTests(mocha: Mocha, { titles, change, limits }: Run): void {
  tryChange(change);
  mocha.grep(titles === undefined ? /^/ : new Titles(titles));
  if (limits !== undefined) prepare(mocha.suite, limits);
  const tests: TestSeen[] = [];
  const failed: Failed[] = [];
  const runner = mocha.run(() => {
    attribute("");
    setTimeout(() => tell({ kind: "ended", tests, failed }), BREATH);
  });
  runner.on("hook", (hook) => attribute(hook.parent?.fullTitle() ?? ""));
  runner.on("test", (test) => {
    attribute(test.fullTitle());
    tell({ kind: "test", title: test.fullTitle() });
  });
  runner.on("pass", (test) => tests.push(seenOf(test)));
  runner.on("fail", (test, error: Error & { code?: string; uncaught?: boolean }) => {
    const isLate = error.code === "ERR_MOCHA_TIMEOUT";
    const leavesTraces = isLate || error.uncaught === true;
    const why = (error.message.split("\n")[0] ?? "").slice(0, 200);
    failed.push({ title: test.fullTitle(), why, isLate, leavesTraces });
  });
}

/** The quickest first, and nothing more once one has failed. */
function prepare(root: Mocha.Suite, limits: Limits): void {
  const timeOf = (suite: Mocha.Suite): number => {
    let sum = 0;
    suite.eachTest((test) => (sum += limits[test.fullTitle()]?.ms ?? 0));
    return sum;
  };
  root.suites.sort((one, other) => timeOf(one) - timeOf(other));
  root.eachTest((test) => {
    const known = limits[test.fullTitle()];
    if (known === undefined) return;
    test.timeout(known.limit);
    // It has just started the clock anew where the test has run before.
    test.clearTimeout();
  });
  const bail = (suite: Mocha.Suite): void => {
    suite.bail(true);
    suite.suites.forEach(bail);
  };
  bail(root);
}

function seenOf(test: Mocha.Test): TestSeen {
  const titles = [test.fullTitle()];
  for (let suite = test.parent; suite !== undefined && !suite.root; suite = suite.parent)
    titles.push(suite.fullTitle());
  return {
    title: test.fullTitle(),
    spec: test.file ?? "",
    ms: test.duration ?? 0,
    asked: askedBy(titles),
  };
}

function tell(message: Told): void {
  process.send?.(message);
}

/** Takes these titles and no others. */
class Titles extends RegExp {
  readonly #titles: ReadonlySet<string>;

  constructor(titles: readonly string[]) {
    super("");
    this.#titles = new Set(titles);
  }

  override test(title: string): boolean {
    return this.#titles.has(title);
  }
}
