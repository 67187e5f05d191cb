/** The repository: its commits, and which of its folders are the product. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";

/** What users run, except the workshop's folders. */
const PRODUCT = /^(?:component|http|storage|scripts)(?:\/|$)/;
const WORKSHOP =
  /^scripts\/(?:bench|docs|fuzz|lab|mutants|ready|soak|(?:fuzz|soak|mutants|check)\.ts|ready\.mjs)/;
const CODE = /(?<!\.d)\.(?:ts|js|mjs)$/;

export function git(...options: readonly string[]): string {
  return execFileSync("git", options, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "ignore"],
  });
}

export const gitLines = (...options: readonly string[]): string[] =>
  git(...options)
    .split("\n")
    .filter(Boolean);

export function isDirty(): boolean {
  return gitLines("status", "--porcelain").length > 0;
}

/** Whether the repository still has a commit. */
export function isCommit(name: string): boolean {
  return spawnSync("git", ["cat-file", "-e", `${name}^{commit}`], { stdio: "ignore" }).status === 0;
}

/** Returns the product's source files in a folder (or the file itself); none if it isn't a part of the product. */
export function productFiles(folder: string): string[] {
  const path = relative(".", folder);
  return PRODUCT.test(path) && existsSync(path) ? gitLines("ls-files", "--", path).filter(isProduct) : [];
}

export function isProduct(file: string): boolean {
  return PRODUCT.test(file) && !WORKSHOP.test(file) && CODE.test(file) && !file.includes("/vendor/");
}

/** Files that browsers load. */
export const isPage = (file: string): boolean => /^http\/\w+\/page\//.test(file);

/** Files that run as they are: those of pages, and scripts of the installation. Their coverage isn't measured. */
export const isRunAsIs = (file: string): boolean => !file.endsWith(".ts");

/** Returns where a source file's code is run from. */
export function compiledPath(file: string): string {
  return isRunAsIs(file) ? file : `dist/${file.replace(/\.ts$/, ".js")}`;
}

/** Lines from `start` on that a commit replaced: `before` lines by `after` lines. Both may be 0. */
interface Hunk {
  readonly oldStart: number;
  readonly before: number;
  readonly newStart: number;
  readonly after: number;
}

/** Returns what differs in a file since a commit. @throws if the commit doesn't exist any longer */
export function hunks(file: string, since: string): Hunk[] {
  const diff = git("diff", "-U0", "--no-renames", since, "--", file);
  return Array.from(diff.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm), (match) => {
    const [oldStart = 0, before = 1, newStart = 0, after = 1] = match
      .slice(1)
      .map((text: string | undefined) => {
        return text === undefined ? undefined : Number(text);
      });
    return { oldStart, before, newStart, after };
  });
}

/** Returns the lines that are new since a commit; if lines were only deleted, the one before them. */
export function newLines(file: string, since: string): Set<number> {
  const ranges = hunks(file, since).map(({ newStart, after }) => {
    return Array.from({ length: Math.max(after, 1) }, (_, index) => newStart + index);
  });
  return new Set(ranges.flat());
}

/** Returns the number that a line had before the changes; of a new line, the number of the line before it. */
export function formerLine(line: number, changes: readonly Hunk[]): number {
  let shift = 0;
  for (const { oldStart, before, newStart, after } of changes) {
    // Of a hunk without lines, git names the line before it.
    const first = after === 0 ? newStart + 1 : newStart;
    if (line < first) break;
    if (line < first + after) return Math.min(oldStart + line - first, oldStart + Math.max(before - 1, 0));
    shift += before - after;
  }
  return line + shift;
}

export const textOf = (file: string): string => readFileSync(file, "utf8");
