/** Installs the dependencies by npm where they don't match package-lock.json, and what compiling one of them needs. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { inPath, NotReady, ROOT, run, tail, timed } from "./process.mjs";

/** What better-sqlite3 is compiled with, where there is no ready-made one for this machine: package -> whether it is there. */
const COMPILERS = {
  python3: () => inPath("python3"),
  make: () => inPath("make"),
  "g++": () => inPath("g++"),
  // Debian's own Node has its headers in a package of their own.
  "libnode-dev": () => process.execPath !== "/usr/bin/node" || existsSync("/usr/include/node/node.h"),
};

/** So many tries, soon after another: whoever has no network is told within seconds. */
const NETWORK = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];

export async function installWhatDiffers() {
  if (!dependenciesMatch()) await install("npm ci", ["ci", ...NETWORK]);
  if (!databaseLoads()) await install("better-sqlite3 for this Node", ["rebuild", "better-sqlite3"]);
}

/** Whether what is installed is what package-lock.json asks for; optional packages may be missing. */
function dependenciesMatch() {
  const installedFile = join(ROOT, "node_modules/.package-lock.json");
  if (!existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  return Object.entries(wantedPackages()).every(([path, entry]) => {
    const found = installed[path];
    return found === undefined ? entry.optional === true : found.version === entry.version;
  });
}

/** By their folders. */
function wantedPackages() {
  const { "": _self, ...packages } = JSON.parse(
    readFileSync(join(ROOT, "package-lock.json"), "utf8"),
  ).packages;
  return packages;
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
async function install(what, npmArguments) {
  const paths = Object.keys(wantedPackages());
  const progress = () => {
    const there = paths.filter((path) => existsSync(join(ROOT, path))).length;
    return there < paths.length
      ? `${there} of ${paths.length}`
      : "all there; what has no ready-made program for this machine is compiled";
  };
  const attempt = () => timed(`Installing dependencies (${what})`, () => npm(npmArguments), progress);
  let result = await attempt();
  const missing = Object.keys(COMPILERS).filter((name) => !COMPILERS[name]());
  if (result.code !== 0 && missing.length > 0 && /better-sqlite3|gyp/.test(result.output)) {
    await installCompilers(missing);
    result = await attempt();
  }
  if (result.code === 0) return;
  throw new NotReady(unreachable(result.output) ?? `npm ${npmArguments[0]} failed:\n${tail(result.output)}`);
}

/** A sentence where npm says that it couldn't get at the packages. */
function unreachable(output) {
  const [, code] =
    /npm (?:error|ERR!) code (E(?:CONN|NOTFOUND|AI_|TIMEDOUT|HOST|NET)\w*|ERR_SOCKET\w*)/.exec(output) ?? [];
  if (code === undefined) return undefined;
  const [, address = "its registry"] = /request to (https?:\/\/[^/\s]+)/.exec(output) ?? [];
  return (
    `The registry of packages can't be reached (${address}: ${code}): check this machine's network, ` +
    "or name a proxy (npm config set proxy URL) or another registry (npm config set registry URL), and try again."
  );
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
