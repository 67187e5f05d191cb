/** Draws mutants, and finds out whether a spec notices them. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { Compiler } from "./compiler.js";
import { CACHE, type Covering, type CoverageMap } from "./coverage.js";
import { mutantsOf, mutated, type Mutant } from "./mutation.js";
import { compiledPath, isPage, isRunAsIs, textOf } from "./repository.js";
import type { Tree } from "./tree.js";

/** Cheap specs share a process, in milliseconds of their usual time. */
const BATCH_MS = 15_000;

/** How much longer than usual specs may take before they count as hung: the machine may be busy. */
const PATIENCE = { factor: 4, ms: 20_000 };

/** How long a spec may take that is run alone, in milliseconds. */
const LONGEST_MS = 600_000;

/** What became of a mutant. */
export interface Finding {
  readonly mutant: Mutant;
  /** How it was noticed; undefined if no spec noticed it. */
  readonly noticed: string | undefined;
  /** How many specs run the line, and how many of them there was time for. */
  readonly covering: number;
  readonly asked: number;
  readonly ms: number;
}

/**
 * Draws mutants that compile. The same files, size and seed give the same mutants.
 * @param isWanted leaves out others
 */
export function draw(
  files: readonly string[],
  { size, seed }: { readonly size: number; readonly seed: number },
  isWanted: (mutant: Mutant) => boolean = () => true,
): Mutant[] {
  const all = files.flatMap((file) => mutantsOf(file, textOf(file))).filter(isWanted);
  if (all.length === 0) return [];
  const shuffled = fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
  const order = fc.sample(shuffled, { seed, numRuns: 1 })[0] ?? [];
  const compilers = new Map<string, Compiler>();
  const drawn: Mutant[] = [];
  for (const mutant of order) {
    if (drawn.length === size) break;
    const { file } = mutant;
    const folder = isPage(file) ? file.replace(/\/page\/.*/, "/page") : ".";
    const compiler = compilers.get(folder) ?? new Compiler(folder);
    compilers.set(folder, compiler);
    if (compiler.accepts(file, mutated(textOf(file), mutant))) drawn.push(mutant);
  }
  return drawn;
}

/** Tries mutants in a copy of the repository. Results are stored, so that a run that was stopped continues. */
export class Trial {
  readonly #known: Map<string, Finding>;
  readonly #file: string;
  /** Whether a spec that failed passes without a mutant. */
  readonly #sound = new Map<string, boolean>();

  /** @param mostMs how long the specs of a mutant may take together, in milliseconds of their usual time */
  constructor(
    private readonly map: CoverageMap,
    private readonly specs: readonly string[],
    private readonly mostMs: number,
    commit: string,
  ) {
    this.#file = join(CACHE, `${commit}.json`);
    const stored = existsSync(this.#file) ? readFileSync(this.#file, "utf8") : "[]";
    this.#known = new Map(JSON.parse(stored) as [string, Finding][]);
  }

  /** Returns how long the mutants take at most, in milliseconds: if nothing notices them. */
  mostOf(mutants: readonly Mutant[]): number {
    return mutants.reduce((sum, mutant) => sum + this.#longest(mutant), 0);
  }

  async try(mutant: Mutant, tree: Tree): Promise<Finding> {
    const key = this.#keyOf(mutant);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const text = mutated(textOf(mutant.file), mutant);
    const content = isRunAsIs(mutant.file) ? text : Compiler.compile(mutant.file, text);
    let finding: Finding | undefined;
    while (finding === undefined) {
      const asked = await tree.with(compiledPath(mutant.file), content, () => this.#ask(mutant, tree));
      if (await this.#areSound(asked.failed ?? [], tree)) finding = asked.finding;
    }
    this.#known.set(key, finding);
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(this.#file, JSON.stringify([...this.#known]));
    return finding;
  }

  /** Runs the specs that cover a mutant. @returns what was found, and the specs of which one failed */
  async #ask(
    mutant: Mutant,
    tree: Tree,
  ): Promise<{ readonly finding: Finding; readonly failed?: readonly string[] }> {
    const start = performance.now();
    const covering = this.#covering(mutant);
    const affordable = this.#affordable(covering);
    let asked = 0;
    const finding = (noticed: string | undefined): Finding => {
      const ms = Math.round(performance.now() - start);
      return { mutant, noticed, covering: covering.length, asked, ms };
    };
    for (const batch of batches(affordable)) {
      asked += batch.length;
      const specs = batch.map(({ spec }) => spec);
      const verdict = await tree.run(specs, msOf(batch) * PATIENCE.factor + PATIENCE.ms);
      if (verdict.outcome === "hung") return { finding: finding(`hangs: ${specs.join(" ")}`) };
      if (verdict.outcome === "failed")
        return {
          finding: finding(verdict.test),
          failed: verdict.spec === undefined ? specs : [verdict.spec],
        };
    }
    return { finding: finding(undefined) };
  }

  /** Whether specs pass without a mutant. Those that don't aren't used any more. */
  async #areSound(specs: readonly string[], tree: Tree): Promise<boolean> {
    for (const spec of specs) {
      if (this.#sound.has(spec)) continue;
      const { outcome } = await tree.run([spec], LONGEST_MS);
      this.#sound.set(spec, outcome === "passed");
      if (outcome !== "passed") console.log(`Not used, as it fails without any change: ${spec}`);
    }
    return specs.every((spec) => this.#sound.get(spec));
  }

  #covering({ file, line }: Mutant): Covering[] {
    return this.map.covering(file, line, this.specs).filter(({ spec }) => this.#sound.get(spec) !== false);
  }

  /** The first is always asked. */
  #affordable(covering: readonly Covering[]): Covering[] {
    const [first, ...others] = covering;
    const affordable = first === undefined ? [] : [first];
    let left = this.mostMs;
    for (const one of others) {
      left -= one.ms;
      if (left >= 0) affordable.push(one);
    }
    return affordable;
  }

  #longest(mutant: Mutant): number {
    return this.#known.has(this.#keyOf(mutant)) ? 0 : msOf(this.#affordable(this.#covering(mutant)));
  }

  #keyOf({ file, start, end, replacement }: Mutant): string {
    const parts = [textOf(file), this.specs.join(), String(this.mostMs), file, start, end, replacement];
    return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
  }
}

const msOf = (specs: readonly Covering[]): number => specs.reduce((sum, { ms }) => sum + ms, 0);

function* batches(specs: readonly Covering[]): Generator<readonly Covering[]> {
  let batch: Covering[] = [];
  for (const spec of specs) {
    if (batch.length > 0 && msOf([...batch, spec]) > BATCH_MS) {
      yield batch;
      batch = [];
    }
    batch.push(spec);
  }
  if (batch.length > 0) yield batch;
}
