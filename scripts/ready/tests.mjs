/** What tests and benchmarks use besides Node: servers, another client, a browser, readers of what we package. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { canInstall, findExecutable, KINDS } from "../lab/installed.mjs";
import { inPath, NotReady, tail, timed } from "./process.mjs";

const FIND_SLIXMPP = "import importlib.util, sys; sys.exit(importlib.util.find_spec('slixmpp') is None)";

/** By their Debian packages. */
const TOOLS = {
  jabberd2: () => findExecutable("jabberd2-router") !== undefined,
  "python3-slixmpp": () => spawnSync("/usr/bin/python3", ["-c", FIND_SLIXMPP]).status === 0,
  "prometheus-alertmanager": () => inPath("prometheus-alertmanager"),
  "prosody-modules": () => existsSync("/usr/lib/prosody/modules/mod_privilege"),
  chromium: () => inPath("chromium"),
  lintian: () => inPath("lintian"),
  "groff-base": () => inPath("groff"),
  systemd: () => inPath("systemd-analyze"),
};

/** Installs what is missing, servers first. */
export async function installForTests() {
  const { ensureServers, installPackages } = await import("../../dist/scripts/lab/install.js");
  await ensureServers(KINDS, (line) => console.log(line)).catch((error) => {
    throw new NotReady(error.message);
  });
  const missing = missingTools();
  if (missing.length === 0) return;
  const names = missing.join(" ");
  const { ok, output } = await timed(`Installing ${names} from the system's packages`, () =>
    installPackages(missing),
  );
  if (!ok) throw new NotReady(`${hint(missing)}\n${tail(output)}`);
}

/** What is missing beside servers, in a sentence, where it can't be installed. */
export function missingForTests() {
  const missing = missingTools();
  return missing.length === 0 || canInstall() ? undefined : hint(missing);
}

function missingTools() {
  return Object.entries(TOOLS)
    .filter(([, isThere]) => !isThere())
    .map(([name]) => name);
}

function hint(missing) {
  const names = missing.join(" ");
  return `The tests need ${names} as well (on Debian and Ubuntu: sudo apt-get install ${names}).`;
}
