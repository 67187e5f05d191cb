/** Which lines of the product each spec file runs, measured once for each spec by V8's own coverage. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import {
  compiledPath,
  formerLine,
  git,
  gitLines,
  hunks,
  isCommit,
  isProduct,
  isRunAsIs,
} from "./repository.js";
import type { Tree } from "./tree.js";

/** Where the map is stored, and what was found with it. */
export const CACHE = "node_modules/.cache/mutants";
const MAP = `${CACHE}/coverage.json`;

/** A spec that takes longer, in milliseconds, isn't used. */
const MOST_MS = 600_000;

/** What a spec file ran. */
interface Run {
  /** The commit at which it was measured. */
  readonly commit: string;
  /** Of the spec's compiled file. */
  readonly hash: string;
  /** The usual duration of a process that runs this spec alone, in milliseconds. */
  readonly ms: number;
  /** Whether it passed as it is; otherwise it can't notice anything. */
  readonly passed: boolean;
  /** For each file of the product, the lines that ran. */
  readonly lines: Readonly<Record<string, readonly number[]>>;
}

/** Coverage of a process, as Node writes it for NODE_V8_COVERAGE. */
interface V8Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly Range[] }[];
  }[];
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** A spec that runs a line. */
export interface Covering {
  readonly spec: string;
  readonly ms: number;
}

export class CoverageMap {
  readonly #runs: Map<string, Run>;
  readonly #changes = new Map<string, ReturnType<typeof hunks>>();
  readonly #head = git("rev-parse", "HEAD").trim();

  constructor() {
    const stored = existsSync(MAP) ? (JSON.parse(readFileSync(MAP, "utf8")) as Record<string, Run>) : {};
    this.#runs = new Map(Object.entries(stored));
  }

  /** Returns the compiled specs that aren't measured, or have changed since. @param chosen all specs that are used */
  missing(chosen: readonly string[]): string[] {
    const commits = new Set([...this.#runs.values()].map(({ commit }) => commit));
    const known = new Set([...commits].filter(isCommit));
    return chosen.filter((spec) => {
      const run = this.#runs.get(spec);
      return run?.hash !== hashOf(spec) || !known.has(run.commit);
    });
  }

  /** Returns how long specs took when they were last measured, in milliseconds; `unknown` for each of which nothing is known. */
  usualMs(specs: readonly string[], unknown: number): number {
    return specs.reduce((sum, spec) => sum + (this.#runs.get(spec)?.ms ?? unknown), 0);
  }

  /** Runs a spec in a copy of the repository, and stores what it ran. */
  async measure(spec: string, tree: Tree): Promise<void> {
    const folder = join(tree.path, "coverage");
    const start = performance.now();
    const verdict = await tree.run([spec], MOST_MS, { NODE_V8_COVERAGE: folder });
    const ms = Math.round(performance.now() - start);
    const passed = verdict.outcome === "passed";
    const lines = passed ? linesIn(folder, tree.path) : {};
    rmSync(folder, { recursive: true, force: true });
    this.#runs.set(spec, { commit: this.#head, hash: hashOf(spec), ms, passed, lines });
    mkdirSync(dirname(MAP), { recursive: true });
    writeFileSync(MAP, JSON.stringify(Object.fromEntries(this.#runs)));
  }

  /** Returns those of the specs that fail as they are. */
  failing(chosen: readonly string[]): string[] {
    return chosen.filter((spec) => this.#runs.get(spec)?.passed === false);
  }

  /**
   * Returns the specs that run a line, first those that are likely to notice and cheap. Of files that aren't compiled, such
   * as those that browsers run, these are the specs with the name of its folder, or in it.
   */
  covering(file: string, line: number, chosen: readonly string[]): Covering[] {
    const folder = `dist/spec/${dirname(file).replace(/\/page(?:\/.*)?$/, "")}/`;
    const found: Covering[] = [];
    for (const spec of chosen) {
      const run = this.#runs.get(spec);
      if (run?.passed !== true) continue;
      const runs = isRunAsIs(file) ? spec.startsWith(folder.slice(0, -1)) : this.#runsLine(run, file, line);
      if (runs) found.push({ spec, ms: run.ms });
    }
    const weight = ({ spec, ms }: Covering): number => (spec.startsWith(folder) ? ms / 4 : ms);
    return found.sort((a, b) => weight(a) - weight(b));
  }

  /** A line without code of its own, such as one inside a text, belongs to the nearest one above that has some. */
  #runsLine({ commit, lines }: Run, file: string, line: number): boolean {
    const ran = lines[file];
    if (ran === undefined) return false;
    const key = `${commit} ${file}`;
    const changes = this.#changes.get(key) ?? hunks(file, commit);
    this.#changes.set(key, changes);
    return ran.includes(formerLine(codeLine(file, line), changes));
  }
}

/** Returns the compiled specs in folders such as "spec/storage", as paths from the root. */
export function specsIn(folders: readonly string[]): string[] {
  return gitLines("ls-files", "--", ...folders)
    .filter((file) => file.endsWith(".spec.ts"))
    .map(compiledPath);
}

const hashOf = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("base64url");

/** Reads what all processes of a spec ran. */
function linesIn(folder: string, root: string): Record<string, number[]> {
  const lines = new Map<string, Set<number>>();
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const { result } = JSON.parse(readFileSync(join(folder, name), "utf8")) as V8Coverage;
    for (const { url, functions } of result) {
      if (!url.startsWith("file:")) continue;
      // Specs may compile and run code elsewhere.
      const path = relative(root, fileURLToPath(url));
      const file = path.replace(/^dist\//, "").replace(/\.js$/, ".ts");
      if (!path.startsWith("dist/") || !isProduct(file)) continue;
      const known = lines.get(file) ?? new Set();
      lines.set(file, known);
      for (const line of linesThatRan(
        path,
        functions.flatMap(({ ranges }) => ranges),
      ))
        known.add(line);
    }
  }
  return Object.fromEntries(Array.from(lines, ([file, all]) => [file, [...all].sort((a, b) => a - b)]));
}

/** @param ranges those of a function come before those inside it, whose counts are more exact */
function linesThatRan(path: string, ranges: readonly Range[]): number[] {
  const source = compiled(path);
  const ran = new Uint8Array(source.length);
  for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return source.places.filter(({ offset }) => ran[offset] === 1).map(({ line }) => line);
}

interface Compiled {
  readonly length: number;
  /** Where the code of a source line begins in the compiled file; several places for some lines. */
  readonly places: readonly { readonly offset: number; readonly line: number }[];
}

const compiledFiles = new Map<string, Compiled>();

function compiled(path: string): Compiled {
  const known = compiledFiles.get(path);
  if (known !== undefined) return known;
  const text = readFileSync(path, "utf8");
  const map = new SourceMap(JSON.parse(readFileSync(`${path}.map`, "utf8")) as SourceMapPayload);
  const places: { offset: number; line: number }[] = [];
  let start = 0;
  for (const [index, row] of text.split("\n").entries()) {
    for (let column = row.search(/\S/); column >= 0 && column < row.length;) {
      const entry = map.findEntry(index, column);
      if (!("originalLine" in entry)) break;
      places.push({ offset: start + column, line: entry.originalLine + 1 });
      // The rest of the row may come from other lines.
      column = nextEntry(map, index, column, row.length);
    }
    start += row.length + 1;
  }
  const made = { length: text.length, places };
  compiledFiles.set(path, made);
  return made;
}

/** Returns the column from which on the row comes from another line; `end` if there is none. */
function nextEntry(map: SourceMap, row: number, column: number, end: number): number {
  const lineAt = (at: number): number | undefined => {
    const entry = map.findEntry(row, at);
    return "originalLine" in entry ? entry.originalLine : undefined;
  };
  const line = lineAt(column);
  for (let at = column + 1; at < end; at++) if (lineAt(at) !== line) return at;
  return end;
}

function codeLine(file: string, line: number): number {
  const lines = new Set(compiled(compiledPath(file)).places.map((place) => place.line));
  for (let at = line; at > 0; at--) if (lines.has(at)) return at;
  return line;
}
