/**
 * Installs release 12 of better-sqlite3 into this folder on Node 20, because release 13 crashes Node 20. npm can't
 * choose a release by Node's version, and would compile release 12 on every machine. `npm install -g` (the script
 * "install") and `npm run ready` run this program.
 */
import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = dirname(fileURLToPath(import.meta.url));
const COMPILED = join(FOLDER, "node_modules/better-sqlite3/build/Release/better_sqlite3.node");
const PREFIX = dirname(dirname(process.execPath));

/** Whether the library has to be installed. */
export const isMissing = process.versions.node.startsWith("20.") && !existsSync(COMPILED);

if (isMissing && realpathSync(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) {
  console.log("Installing SQLite for Node 20; this takes a minute or two if it has to be compiled.");
  process.exitCode = install();
}

function install() {
  // These options override settings inherited from `npm install -g`, which may call this program.
  const options = ["--no-global", "--location=project", "--ignore-scripts=false", "--no-audit", "--no-fund"];
  const headers = existsSync(join(PREFIX, "include/node/node.h")) ? { npm_config_nodedir: PREFIX } : {};
  const { status } = spawnSync("npm", ["ci", `--prefix=${FOLDER}`, ...options], {
    stdio: "inherit",
    env: { ...process.env, ...headers },
  });
  return status ?? 1;
}
