/**
 * Installs dependencies if package-lock.json changed, compiles, and installs the Debian packages that the
 * tests need. If this user can't install a missing package, nothing is done.
 */
import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMissing as lacksSqlite } from "../../storage/node20/install.mjs";
import { canInstall, KINDS, missingForQuickstart } from "../lab/installed.mjs";
import { timed } from "../lab/timed.mjs";
import { FOR_COMPILING, FOR_TESTS, install, missing, refusal } from "./packages.mjs";

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
  const isHelp = rest.some((option) => option === "--help" || option === "-h");
  return first === "--run" && rest[0] === "quickstart" && !isHelp
    ? missingForQuickstart(serverOf(rest))
    : undefined;
}

/** Returns the kind of server in the option --server. The command itself refuses unknown kinds. */
function serverOf(options) {
  const index = options.findIndex((option) => option === "--server" || option.startsWith("--server="));
  const name = options[index]?.slice("--server=".length) || options[index + 1];
  return index < 0 ? undefined : KINDS.find((kind) => kind === name);
}

async function installDependencies() {
  const changedAt = (path) => statSync(join(ROOT, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const isNew = changedAt("node_modules/.package-lock.json") < changedAt("package-lock.json");
  // On Node 20, npm doesn't install better-sqlite3.
  const hasSqlite =
    process.versions.node.startsWith("20.") || existsSync(join(ROOT, "node_modules/better-sqlite3"));
  if (!isNew && hasSqlite) return undefined;
  return await run("Installing dependencies", "npm ci failed", ["npm", "ci", "--loglevel=error"]);
}

function compile() {
  return run("Compiling", "The build failed", ["npm", "run", "--silent", "build"]);
}

/** Installs the SQLite library for Node 20: as a binary; only if there is none for this machine, by compiling it. */
async function installForNode20() {
  if (!lacksSqlite) return undefined;
  const library = "SQLite for Node 20";
  const compiled = (what, isQuiet) =>
    run(what, `${library} can't be installed`, [process.execPath, "storage/node20/install.mjs"], isQuiet);
  const names = missing(FOR_COMPILING);
  const fault = await compiled(`Installing ${library}`, names.length > 0);
  if (fault === undefined || names.length === 0) return fault;
  const why = `There is no compiled library of ${library} for this machine, so it has to be compiled`;
  if (canInstall()) console.error(`${why}: installing ${names.join(", ")} as root.`);
  const refused = await install(`${why}, which`, FOR_COMPILING);
  return refused ?? (await compiled(`Compiling ${library}`));
}

/** Writes the manual page, which the npm package contains. */
function writeManual() {
  const fault = "The manual page can't be written";
  return run("Writing the manual page", fault, ["npm", "run", "--silent", "man"]);
}

async function installForTests() {
  return isForTests ? await install("npm test", FOR_TESTS) : undefined;
}

/** Runs a program, and shows its output only if it fails, unless it is quiet. @returns an error message if it fails */
async function run(what, fault, [command, ...options], isQuiet = false) {
  const output = [];
  const status = await timed(what, () => {
    const child = spawn(command, options, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => output.push(data));
    return new Promise((resolve) => {
      child.once("error", (error) => resolve(error.message)).once("close", resolve);
    });
  });
  if (status === 0) return undefined;
  if (isQuiet) return fault;
  process.stderr.write(typeof status === "string" ? `${command}: ${status}\n` : Buffer.concat(output));
  return `${fault}: see above.`;
}
