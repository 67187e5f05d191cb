/** Builds where a source changed. */
import { existsSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { NotReady, ROOT, run, timed } from "./process.mjs";

const SOURCES = ["component", "http", "storage", "scripts", "spec"];
const BUILD_INFO = join(ROOT, "dist/.tsbuildinfo");

export async function buildWhatChanged() {
  removeOrphans(join(ROOT, "dist"));
  if (sourcesChanged()) await build();
}

/** Removes what was built of sources that are gone: mocha would go on running their tests. */
function removeOrphans(folder) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith(".js") || existsSync(join(ROOT, name.replace(/\.js$/, ".ts")))) continue;
    for (const end of ["", ".map"]) rmSync(join(folder, name + end), { force: true });
  }
}

function sourcesChanged() {
  if (!existsSync(BUILD_INFO)) return true;
  const built = statSync(BUILD_INFO).mtimeMs;
  const newer = (path) => statSync(path).mtimeMs > built;
  if (["tsconfig.json", "package-lock.json"].some((name) => newer(join(ROOT, name)))) return true;
  return SOURCES.map((name) => join(ROOT, name))
    .filter((folder) => existsSync(folder))
    .some((folder) =>
      readdirSync(folder, { recursive: true }).some(
        (name) => /\.(?:ts|mjs)$/.test(name) && newer(join(folder, name)),
      ),
    );
}

async function build() {
  const started = new Date();
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const result = await timed("Building", () => run(process.execPath, [tsc, "-p", ROOT]));
  // tsc leaves this file alone where its content stays, and writes it even where the build failed.
  const asOf = result.code === 0 ? started : new Date(0);
  if (existsSync(BUILD_INFO)) utimesSync(BUILD_INFO, asOf, asOf);
  if (result.code !== 0) throw new NotReady(`The build failed:\n${result.output.trim()}`);
}
