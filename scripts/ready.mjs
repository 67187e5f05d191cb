/**
 * Makes a checkout ready to run, with nothing but Node: installs the dependencies where they don't match
 * package-lock.json, and builds where a source changed. With --with-servers also ejabberd, Prosody and what else tests use,
 * which tests and benchmarks run against. Does nothing, quickly, where nothing is to do.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const SOURCES = ["component", "http", "storage", "scripts", "spec"];
const BUILD_INFO = join(ROOT, "dist/.tsbuildinfo");
/** What better-sqlite3 is compiled with, where there is no ready-made one for this machine: program -> package. */
const COMPILERS = { python3: "python3", make: "make", "g++": "g++" };

const FIND_SLIXMPP = "import importlib.util, sys; sys.exit(importlib.util.find_spec('slixmpp') is None)";

/** What tests use besides servers, by its Debian package: another client, a browser, readers of what we package. */
const TEST_TOOLS = {
  "python3-slixmpp": () => spawnSync("/usr/bin/python3", ["-c", FIND_SLIXMPP]).status === 0,
  chromium: () => inPath("chromium"),
  "groff-base": () => inPath("groff"),
  systemd: () => inPath("systemd-analyze"),
};

/** What goes wrong and can be put in a sentence. */
class NotReady extends Error {}

try {
  if (!dependenciesMatch()) await installDependencies("npm ci", ["ci"]);
  if (!databaseLoads())
    await installDependencies("better-sqlite3 for this Node", ["rebuild", "better-sqlite3"]);
  removeOrphans(join(ROOT, "dist"));
  if (sourcesChanged()) await build();
  if (process.argv.includes("--with-servers")) await installServers();
} catch (error) {
  if (!(error instanceof NotReady)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** Whether what is installed is what package-lock.json asks for; optional packages may be missing. */
function dependenciesMatch() {
  const installedFile = join(ROOT, "node_modules/.package-lock.json");
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    const found = installed[path];
    return path === "" || (found === undefined ? entry.optional === true : found.version === entry.version);
  });
}

/** Whether the compiled part of better-sqlite3 is there, and made for the Node that runs now. */
function databaseLoads() {
  try {
    const Database = createRequire(import.meta.url)("better-sqlite3");
    new Database(":memory:").close();
    return true;
  } catch {
    return false;
  }
}

/** Runs npm; where a compiler was missing, gets it from the system's packages and tries once more. */
async function installDependencies(what, npmArguments) {
  const attempt = () => timed(`Installing dependencies (${what})`, () => npm(npmArguments));
  let result = await attempt();
  const missing = Object.keys(COMPILERS).filter((program) => !inPath(program));
  if (result.code !== 0 && missing.length > 0 && /better-sqlite3|gyp/.test(result.output)) {
    await installCompilers(missing.map((program) => COMPILERS[program]));
    result = await attempt();
  }
  if (result.code !== 0) throw new NotReady(`npm ${npmArguments.join(" ")} failed:\n${tail(result.output)}`);
}

async function installCompilers(packages) {
  const list = packages.join(" ");
  if (process.getuid?.() !== 0 || !inPath("apt-get")) {
    throw new NotReady(
      "There is no ready-made better-sqlite3 for this machine, and compiling it needs more than is here: " +
        `install ${list} (on Debian and Ubuntu: sudo apt-get install ${list}) and try again.`,
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = ["install", "-y", "-q", "--no-install-recommends", ...packages];
  const result = await timed(
    `Installing ${list} from the system's packages, to compile better-sqlite3`,
    async () => {
      const first = await run("apt-get", install, env);
      if (first.code === 0) return first;
      await run("apt-get", ["update", "-q"], env);
      return await run("apt-get", install, env);
    },
  );
  if (result.code !== 0) throw new NotReady(`apt-get could not install ${list}:\n${tail(result.output)}`);
}

/** Runs the npm that runs us, or else the one in PATH, with errors told even under `npm --silent`. */
function npm(args) {
  const prefix = dirname(dirname(process.execPath));
  const headers = existsSync(join(prefix, "include/node/node.h")) ? { npm_config_nodedir: prefix } : {};
  const env = { ...process.env, ...headers };
  const all = [...args, "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"];
  const own = process.env.npm_execpath;
  return own === undefined ? run("npm", all, env) : run(process.execPath, [own, ...all], env);
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
        (name) => name.endsWith(".ts") && newer(join(folder, name)),
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

async function installServers() {
  const { ensureServers, installPackages, canInstall } = await import("../dist/scripts/servers/install.js");
  await ensureServers(["ejabberd", "prosody"], (line) => console.log(line)).catch((error) => {
    throw new NotReady(error.message);
  });
  const missing = Object.entries(TEST_TOOLS)
    .filter(([, isThere]) => !isThere())
    .map(([name]) => name);
  if (missing.length === 0) return;
  const names = missing.join(" ");
  const hint = `The tests need ${names} as well (on Debian and Ubuntu: sudo apt-get install ${names}).`;
  if (!canInstall()) throw new NotReady(hint);
  const install = () => installPackages(missing);
  const { ok, output } = await timed(`Installing ${names} from the system's packages`, install);
  if (!ok) throw new NotReady(`${hint}\n${tail(output)}`);
}

/** Says what is going on, and how long it took. */
async function timed(what, work) {
  const started = performance.now();
  process.stdout.write(`${what} …`);
  const result = await work();
  process.stdout.write(` ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return result;
}

/** Runs a program in the checkout; what it prints is kept for when it fails. */
function run(command, args, env = process.env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.once("error", (error) => resolve({ code: 1, output: error.message }));
    child.once("close", (code) => resolve({ code, output }));
  });
}

function inPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}

function tail(output) {
  return output.trim().split("\n").slice(-25).join("\n");
}
