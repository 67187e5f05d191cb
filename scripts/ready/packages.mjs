/** Debian packages needed in addition to Node, for the tests and for compiling SQLite for Node 20. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { canInstall, findExecutable, findServer } from "../lab/installed.mjs";

const FIND_SLIXMPP = "import importlib.util, sys; sys.exit(importlib.util.find_spec('slixmpp') is None)";

/** Each package with the program that shows that it is installed, or a function that returns whether it is. */
export const FOR_TESTS = {
  ejabberd: () => findServer("ejabberd") !== undefined,
  prosody: () => findServer("prosody") !== undefined,
  curl: "curl",
  nginx: "nginx",
  "apache2-bin": "apache2",
  jabberd2: "jabberd2-router",
  "python3-slixmpp": () => spawnSync("/usr/bin/python3", ["-c", FIND_SLIXMPP]).status === 0,
  prometheus: "prometheus",
  "prometheus-alertmanager": "prometheus-alertmanager",
  promtool: "promtool",
  "prosody-modules": () => existsSync("/usr/lib/prosody/modules/mod_privilege"),
  chromium: "chromium",
  // Programs that post to hooks.
  apprise: "apprise",
  swaks: "swaks",
  msmtp: "msmtp",
  "exim4-daemon-light": "exim4",
  "bsd-mailx": "mail",
  smartmontools: "smartd",
  lintian: "lintian",
  "apt-utils": "apt-ftparchive",
  gnupg: "gpg",
  "groff-base": "groff",
  systemd: "systemd-analyze",
  fish: "fish",
  zsh: "zsh",
};

export const FOR_COMPILING = {
  python3: "python3",
  make: "make",
  "g++": "g++",
  // The headers of Debian's own Node are in a package of their own.
  "libnode-dev": () => process.execPath !== "/usr/bin/node" || existsSync("/usr/include/node/node.h"),
};

/** Returns the names of the packages that aren't installed. */
export function missing(packages) {
  const isInstalled = (test) => (typeof test === "string" ? findExecutable(test) !== undefined : test());
  return Object.keys(packages).filter((name) => !isInstalled(packages[name]));
}

/** Returns an error message if packages are missing and this user can't install them. */
export function refusal(who, packages) {
  const names = missing(packages);
  return names.length === 0 || canInstall() ? undefined : whatToInstall(who, names);
}

/** Installs the missing packages. @returns an error message if that failed */
export async function install(who, packages) {
  const names = missing(packages);
  if (names.length === 0) return undefined;
  if (!canInstall()) return whatToInstall(who, names);
  const { installPackages } = await import("../../dist/scripts/lab/install.js");
  const { ok, output } = await installPackages(names);
  return ok ? undefined : `${whatToInstall(who, names)}\n${output}`;
}

function whatToInstall(who, names) {
  const list = names.join(" ");
  return `${who} needs ${list} (on Debian and Ubuntu: sudo apt-get install ${list}).`;
}
