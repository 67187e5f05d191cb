/**
 * Deletes files of installed dependencies that no program loads: `node dist/scripts/packaging/prune.js node_modules`.
 * The Debian package leaves the same files out.
 */
import { readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folders of dependencies with tests, sources and documentation. */
const FOLDERS = /^(?:test|tests|__tests__|spec|example|examples|doc|docs|benchmark|benchmarks|\.github)$/;
const FILES = /\.(?:map|[cm]?ts|tgz|md|markdown|flow)$/i;
/** SQLite for this machine: one of the compiled forms for all systems, or what was compiled here. */
const SQLITE = [
  `better-sqlite3/prebuilds/linux-${process.arch}.node`,
  "better-sqlite3/build/Release/better_sqlite3.node",
];
/** Licences stay, also in Markdown. */
const LICENCES = /^(?:licen[cs]e|notice|copying)/i;

/** Whether a file or folder of a dependency is unneeded. @param path its path, with node_modules */
function isUnneeded(path: string): boolean {
  const inside = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const [scope = "", ...rest] = inside.split("/");
  const folders = rest.slice(scope.startsWith("@") ? 1 : 0);
  const name = basename(path);
  if (folders.length === 0 || LICENCES.test(name)) return false;
  if (/^better-sqlite3\/(?:deps|src)$/.test(inside) || name.startsWith(".")) return true;
  if (/^better-sqlite3\/(?:build|prebuilds)\//.test(inside))
    return !SQLITE.some((path) => path.startsWith(inside));
  return FILES.test(name) || (folders.length === 1 && FOLDERS.test(name));
}

export function prune(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (isUnneeded(path)) rmSync(path, { recursive: true });
    else if (entry.isDirectory()) prune(path);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) prune(process.argv[2] ?? "node_modules");
