/** Which unit tests belong to a folder: those in the folder of spec/ that mirrors it, as far as they start no processes. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** A test that imports one of these, however far away, starts servers, programs or a browser: it is none of a unit. */
const PROCESSES: ReadonlySet<string> = new Set(["node:child_process", "playwright-core"]);

export interface Target {
  /** Sources, from the repository's root. */
  readonly files: readonly string[];
  /** Compiled test files, from the repository's root. */
  readonly specs: readonly string[];
}

/**
 * @param path of a folder or of one source, from the root
 * @param mirrored whose tests to run, where not those of the folder itself
 */
export function targetOf(root: string, path: string, mirrored = path): Target {
  const isFolder = statSync(join(root, path)).isDirectory();
  const files = isFolder ? filesIn(root, path, ".ts").filter((file) => !file.endsWith(".d.ts")) : [path];
  for (let folder = mirrored; folder !== "."; folder = dirname(folder)) {
    const inside = join("dist/spec", folder);
    const specs = filesIn(root, inside, ".spec.js").filter((spec) => isUnit(root, spec));
    if (specs.length > 0) return { files, specs };
  }
  return { files, specs: [] };
}

function filesIn(root: string, folder: string, ending: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();
}

function isUnit(root: string, spec: string): boolean {
  const seen = new Set<string>();
  const reaches = (file: string): boolean => {
    if (seen.has(file) || !existsSync(file)) return false;
    seen.add(file);
    const names = ts.preProcessFile(readFileSync(file, "utf8"), true, true).importedFiles;
    return names.some(({ fileName }) =>
      fileName.startsWith(".") ? reaches(join(dirname(file), fileName)) : PROCESSES.has(fileName),
    );
  };
  return !reaches(join(root, spec));
}
