/**
 * Mutation testing: one change of meaning after another is made in the sources of a folder, and the unit tests that
 * come to its place are run. A change that no test notices is a test that is missing, or one that can't fail.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { instrument, type Mutant } from "./instrument.js";
import type { Failed, Place } from "./messages.js";
import { hashOf, type Outcome, type Outcomes } from "./outcomes.js";
import { Tests } from "./tests.js";
import type { Target } from "./units.js";

/** One change, and what became of it. */
export interface Tried extends Mutant {
  readonly file: string;
  readonly outcome: Outcome;
}

/** A test that passes as the program is. */
interface Known {
  readonly title: string;
  /** Compiled. */
  readonly spec: string;
  /** Milliseconds. */
  readonly ms: number;
  readonly limit: number;
}

export interface MutationOptions {
  readonly root: string;
  readonly target: Target;
  readonly outcomes: Outcomes;
  /** Tests that take longer are left out; milliseconds. */
  readonly longest: number;
  readonly times?: Times;
  /** Processes at once. */
  readonly concurrency: number;
  /** Told of each. */
  readonly onTried: (tried: Tried, done: number, total: number) => void;
  /** Told what the tests are, before the first change. */
  readonly onTests: (count: number, leftOut: readonly string[]) => void;
}

/** What a test may take with a change: a busy machine is slow now and then. */
export interface Times {
  /** Milliseconds. */
  readonly least: number;
  /** Beyond that, so many times what it took. */
  readonly times: number;
  /** Until the process is ended that doesn't end the test itself; milliseconds. */
  readonly around: number;
}

const TIMES: Times = { least: 3_000, times: 10, around: 5_000 };

export class Mutation {
  readonly #options: MutationOptions;
  readonly #mutants: (Mutant & Place)[] = [];
  readonly #processes: Tests[];
  readonly #known = new Map<string, Known>();
  /** Titles of the tests that come to a place, by file and number. */
  readonly #reaching = new Map<string, string[]>();
  /** Titles of the tests that noticed changes of a file. */
  readonly #noticing = new Map<string, Set<string>>();
  /** Test files whose tests lean on those before them. */
  readonly #stories = new Set<string>();
  readonly #hashes = new Map<string, string>();
  #atLoad: ReadonlySet<string> = new Set();

  constructor(options: MutationOptions) {
    this.#options = options;
    const { root, target } = options;
    const sources: Record<string, string> = {};
    for (const file of target.files) {
      const { code, mutants } = instrument(file, readFileSync(join(root, file), "utf8"));
      sources[pathToFileURL(join(root, "dist", file.replace(/\.ts$/, ".js"))).href] = code;
      this.#mutants.push(...mutants.map((mutant) => ({ ...mutant, file })));
    }
    const specs = target.specs.map((spec) => join(root, spec));
    for (const spec of specs) this.#hashes.set(spec, hashOf(readFileSync(spec)));
    const { around } = options.times ?? TIMES;
    this.#processes = Array.from(
      { length: options.concurrency },
      () => new Tests({ sources, specs }, around),
    );
  }

  /** @returns the changes, in the order of their places */
  async run(): Promise<Tried[]> {
    const all: Tried[] = [];
    const waiting = this.#mutants.values();
    const work = async (tests: Tests): Promise<void> => {
      for (const mutant of waiting) {
        const tried = { ...mutant, outcome: await this.#outcomeOf(mutant, tests) };
        all.push(tried);
        this.#options.onTried(tried, all.length, this.#mutants.length);
      }
    };
    try {
      await this.#look();
      await Promise.all(this.#processes.map(work));
    } finally {
      for (const tests of this.#processes) tests.end();
    }
    return all.sort((one, other) => one.file.localeCompare(other.file) || one.line - other.line);
  }

  /** Runs all tests as the program is: which pass, how long they take, and where they come to. */
  async #look(): Promise<void> {
    const { least, times } = this.#options.times ?? TIMES;
    const [first] = this.#processes;
    if (first === undefined) throw new Error("no process to run the tests in");
    const { tests, failed } = await first.run({});
    const leftOut = failed.map(({ title, why }) => `${title} (fails as it is: ${why})`);
    for (const { title, spec, ms, asked } of tests) {
      if (ms > this.#options.longest) {
        leftOut.push(`${title} (takes ${(ms / 1_000).toFixed(0)} s)`);
        continue;
      }
      this.#known.set(title, { title, spec, ms, limit: least + times * ms });
      for (const place of asked) {
        const titles = this.#reaching.get(nameOf(place)) ?? [];
        this.#reaching.set(nameOf(place), titles);
        titles.push(title);
      }
    }
    this.#atLoad = new Set(first.asked.map(nameOf));
    this.#options.onTests(this.#known.size, leftOut);
    if (this.#known.size === 0) throw new Error(`no test passes: ${leftOut.join("; ")}`);
  }

  async #outcomeOf(mutant: Mutant & Place, tests: Tests): Promise<Outcome> {
    const { outcomes } = this.#options;
    const key = `${mutant.file} ${mutant.key}`;
    const known = outcomes.find(key, ({ by, hash }) => hash === this.#hashFor(by));
    if (known !== undefined) return known;
    const titles = this.#reaching.get(nameOf(mutant)) ?? [];
    const isAtLoad = this.#atLoad.has(nameOf(mutant));
    let failed = titles.length > 0 ? await this.#firstFailure(mutant, titles, tests) : undefined;
    if (failed === undefined && isAtLoad) failed = await this.#failureFromStart(mutant, tests);
    const isReached = titles.length > 0 || isAtLoad;
    const by = failed === undefined ? {} : { by: failed.title, why: failed.why };
    const outcome = { ...by, isReached, hash: this.#hashFor(failed?.title) };
    outcomes.set(key, outcome);
    return outcome;
  }

  /** Those first that noticed other changes of the file. */
  async #firstFailure(mutant: Place, titles: readonly string[], tests: Tests): Promise<Failed | undefined> {
    const noticing = this.#noticing.get(mutant.file) ?? new Set();
    this.#noticing.set(mutant.file, noticing);
    const rest = titles.filter((title) => !noticing.has(title));
    let failed: Failed | undefined;
    for (const some of [titles.filter((title) => noticing.has(title)), rest]) {
      if (some.length > 0) failed ??= await this.#failure(mutant, some, tests);
    }
    if (failed !== undefined) noticing.add(failed.title);
    return failed;
  }

  /** Who noticed it; believed where the same test passes without the change, and a time-out where it happens twice. */
  async #failure(change: Place, reaching: readonly string[], tests: Tests): Promise<Failed | undefined> {
    const failed = await this.#run(tests, reaching, { change });
    if (failed === undefined) return undefined;
    const again = (): Promise<Failed | undefined> => this.#run(tests, reaching, { change, patience: 3 });
    const known = this.#known.get(failed.title);
    // That of a hook, or of the process itself: there is no test of this name to compare with.
    if (known === undefined) return await again();
    if ((await this.#run(tests, [failed.title], { patience: 3 })) !== undefined) {
      tests.end();
      // Alone it fails in a fresh process, too: it needs what the tests before it do.
      if ((await this.#run(tests, [failed.title], { patience: 3 })) !== undefined)
        this.#stories.add(known.spec);
      // It may be one that fails whenever it runs a second time.
      tests.end();
      return await again();
    }
    if (!failed.isLate) return failed;
    return (await this.#run(tests, [failed.title], { change, patience: 3 })) ?? (await again());
  }

  /** Where it acts when the files are loaded: in a process of its own, with all tests. */
  async #failureFromStart(change: Place, tests: Tests): Promise<Failed | undefined> {
    tests.end();
    const failed = await this.#run(tests, [...this.#known.keys()], { change, isFromStart: true });
    tests.end();
    return failed;
  }

  async #run(
    tests: Tests,
    some: readonly string[],
    { patience = 1, ...how }: { change?: Place; patience?: number; isFromStart?: boolean },
  ): Promise<Failed | undefined> {
    const titles = this.#withStories(some);
    const known = titles.flatMap((title) => this.#known.get(title) ?? []);
    const limits = Object.fromEntries(
      known.map(({ title, ms, limit }) => [title, { ms, limit: limit * patience }]),
    );
    return (await tests.run({ titles, limits, ...how })).failed[0];
  }

  /** These tests, and those that one of them leans on. */
  #withStories(titles: readonly string[]): string[] {
    const specs = new Set(titles.map((title) => this.#known.get(title)?.spec ?? ""));
    const whole = [...this.#known.values()].filter(({ spec }) => specs.has(spec) && this.#stories.has(spec));
    return [...new Set([...titles, ...whole.map(({ title }) => title)])];
  }

  /** What an outcome depends on. */
  #hashFor(by: string | undefined): string {
    const known = by === undefined ? undefined : this.#known.get(by);
    if (known !== undefined) return this.#hashes.get(known.spec) ?? "";
    return hashOf(...this.#hashes.values(), ...[...this.#known.keys()].sort());
  }
}

function nameOf({ file, number }: Place): string {
  return `${file} ${number}`;
}
