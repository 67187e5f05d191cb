/**
 * Installs the SQLite library for Node 20 into this folder, with `npm ci`; on later versions of Node there is nothing to do.
 * better-sqlite3 13 is built on Node-API and brings its binaries, but crashes Node 20, which needs release 12. npm
 * has no way to make a dependency depend on the version of Node, and installing release 12 everywhere would compile it
 * everywhere. Called by `npm install -g` (the script "install") and by `npm run ready`.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = dirname(fileURLToPath(import.meta.url));
const COMPILED = join(FOLDER, "node_modules/better-sqlite3/build/Release/better_sqlite3.node");
const PREFIX = dirname(dirname(process.execPath));

if (process.versions.node.startsWith("20.") && !existsSync(COMPILED)) process.exitCode = install();

function install() {
  console.log("Installing SQLite for Node 20; this takes a minute or two if it has to be compiled.");
  // This may run inside of npm install -g, whose settings are inherited.
  const options = ["--no-global", "--location=project", "--ignore-scripts=false", "--no-audit", "--no-fund"];
  const headers = existsSync(join(PREFIX, "include/node/node.h")) ? { npm_config_nodedir: PREFIX } : {};
  const { status } = spawnSync("npm", ["ci", `--prefix=${FOLDER}`, ...options], {
    stdio: "inherit",
    env: { ...process.env, ...headers },
  });
  return status ?? 1;
}
