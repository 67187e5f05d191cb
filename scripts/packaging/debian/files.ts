/** The files of the Debian package: those of the npm package, and its dependencies. */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { prune } from "../prune.js";
import { isNode20 } from "../../../storage/sqlite.js";

export const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** Files that Debian packages have in other folders. */
const ELSEWHERE = /^(?:LICENSE|README\.md|dist\/[^/]+\.1|scripts\/packaging\/(?!systemd\/).*)$/;
/** The SQLite library for Node 20 and its dependencies, which `npm ls` doesn't list. */
const FOR_NODE_20 = ["better-sqlite3", "bindings", "file-uri-to-path"].map(
  (name) => `storage/node20/node_modules/${name}`,
);
const SQLITE = isNode20
  ? "storage/node20/node_modules/better-sqlite3/build/Release/better_sqlite3.node"
  : `node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`;

/** Copies the program and its dependencies to a folder. */
export function copyProgram(target: string): void {
  const files = packed().filter((path) => !ELSEWHERE.test(path));
  // Nested packages are copied with the packages that contain them.
  for (const path of [...files, ...dependencies(), ...(isNode20 ? FOR_NODE_20 : [])])
    cpSync(join(ROOT, path), join(target, path), { recursive: true });
  for (const folder of isNode20 ? ["", "storage/node20"] : [""]) prune(join(target, folder, "node_modules"));
  for (const name of readdirSync(target, { recursive: true, encoding: "utf8" })) setMode(join(target, name));
  strip(join(target, SQLITE));
}

/** Sets the mode to 0755 for programs and folders, otherwise 0644, because dependencies have various modes. */
function setMode(path: string): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return;
  const isProgram = stat.isDirectory() || readFileSync(path, "latin1").startsWith("#!");
  chmodSync(path, isProgram ? 0o755 : 0o644);
}

/** Returns the Debian packages that the compiled SQLite library depends on. */
export function libraries(target: string): string[] {
  const names = readFileSync(join(target, SQLITE), "latin1").matchAll(/\0GLIBC_(\d+)\.(\d+)(?=[\0.])/g);
  const versions = Array.from(names, ([, major, minor]) => [Number(major), Number(minor)] as const);
  const [newest = [2, 28]] = versions.sort(([a, b], [c, d]) => c - a || d - b);
  // libstdc++6 needs no version, because the package nodejs depends on a later one.
  return [`libc6 (>= ${newest.join(".")})`, "libstdc++6"];
}

/** Returns the files of the npm package, relative to ROOT. */
export function packed(): string[] {
  const text = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts", "--silent"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const [{ files }] = JSON.parse(text) as [{ files: { path: string }[] }];
  return files.map(({ path }) => path);
}

/** Returns the folders of the packages in "dependencies", relative to ROOT. */
function dependencies(): string[] {
  const text = execFileSync("npm", ["ls", "--omit=dev", "--all", "--parseable"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const packages = text.split("\n").filter((path) => path.includes("node_modules"));
  const paths = packages.map((path) => relative(ROOT, path));
  return paths.filter((path) => !paths.some((other) => path.startsWith(`${other}/`)));
}

/** Removes debugging symbols from a library, if the program strip is installed. */
function strip(path: string): void {
  try {
    execFileSync("strip", ["--strip-unneeded", path], { stdio: "ignore" });
  } catch {
    // Without the program strip, the library is only larger.
  }
}
