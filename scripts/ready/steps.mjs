/**
 * Installs dependencies if package-lock.json changed, compiles, and installs the Debian packages that the
 * tests need. If this user can't install a missing package, nothing is done.
 */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMissing as lacksSqlite } from "../../storage/node20/install.mjs";
import { canInstall, KINDS, missingForQuickstart } from "../lab/installed.mjs";
import { FOR_COMPILING, FOR_TESTS, install, refusal } from "./packages.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PROGRAM = join(ROOT, "dist/scripts/qtalk-component.js");
const [, , first, ...rest] = process.argv;
const isForTests = first === "--with-servers";

for (const step of [
  checkPackages,
  installDependencies,
  compile,
  installForNode20,
  writeManual,
  installForTests,
]) {
  const fault = await step();
  if (fault === undefined) continue;
  console.error(fault);
  process.exit(1);
}
if (first === "--run") {
  process.argv = [process.execPath, PROGRAM, ...rest];
  await import(PROGRAM);
}

function checkPackages() {
  if (isForTests) return refusal("npm test", FOR_TESTS);
  const needsServer = !rest.some((option) => /^(?:--service(?:=|$)|--help$|-h$)/.test(option));
  return first === "--run" && rest[0] === "quickstart" && needsServer
    ? missingForQuickstart(serverOf(rest))
    : undefined;
}

/** Returns the kind of server in the option --server. The command itself refuses unknown kinds. */
function serverOf(options) {
  const index = options.findIndex((option) => option === "--server" || option.startsWith("--server="));
  const name = options[index]?.slice("--server=".length) || options[index + 1];
  return index < 0 ? undefined : KINDS.find((kind) => kind === name);
}

function installDependencies() {
  const changedAt = (path) => statSync(join(ROOT, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const isNew = changedAt("node_modules/.package-lock.json") < changedAt("package-lock.json");
  // On Node 20, npm doesn't install better-sqlite3.
  const hasSqlite =
    process.versions.node.startsWith("20.") || existsSync(join(ROOT, "node_modules/better-sqlite3"));
  if (!isNew && hasSqlite) return undefined;
  console.log("Installing dependencies …");
  return run("npm", "ci", "--loglevel=error") ? undefined : "npm ci failed: see above.";
}

function compile() {
  console.log("Compiling …");
  return run("npm", "run", "--silent", "build") ? undefined : "The build failed: see above.";
}

/** Installs the SQLite library for Node 20 as a binary or, if there is none for this machine, by compiling it. */
async function installForNode20() {
  if (!lacksSqlite) return undefined;
  const who = "Compiling SQLite for Node 20";
  // Without the compiler, another user may still find a binary for this machine.
  const fault = await install(who, FOR_COMPILING);
  if (fault !== undefined && canInstall()) return fault;
  console.log("Installing SQLite for Node 20; this takes a minute or two if it has to be compiled.");
  if (run(process.execPath, "storage/node20/install.mjs")) return undefined;
  return fault ?? "SQLite for Node 20 can't be installed: see above.";
}

/** Writes the manual page, which the npm package contains. */
function writeManual() {
  return run("npm", "run", "--silent", "man") ? undefined : "The manual page can't be written: see above.";
}

async function installForTests() {
  return isForTests ? await install("npm test", FOR_TESTS) : undefined;
}

/** Runs a program, and shows its output only if it fails. @returns whether it succeeded */
function run(command, ...options) {
  const { status, error, stdout, stderr } = spawnSync(command, options, { cwd: ROOT, maxBuffer: Infinity });
  if (status === 0) return true;
  process.stderr.write(
    error === undefined ? Buffer.concat([stdout, stderr]) : `${command}: ${error.message}\n`,
  );
  return false;
}
