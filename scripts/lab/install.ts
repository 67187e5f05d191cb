/** Installs Debian packages with apt, without letting them start services. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { NoServer } from "./private-server.js";
import { canInstall, findServer, whatToInstall, type ServerKind } from "./installed.mjs";
import { timed } from "./timed.mjs";

/**
 * Installs packages. Installed files must be readable by all users, unlike files that this program writes. invoke-rc.d
 * runs policy-rc.d to learn whether a package may start its service; exit code 101 means no. An existing one stays.
 */
const INSTALL = `
umask 022
policy=/usr/sbin/policy-rc.d
if ! [ -e $policy ]; then
  trap 'rm -f $policy' EXIT
  trap 'exit 1' INT TERM
  printf '#!/bin/sh\\nexit 101\\n' >$policy
  chmod 755 $policy
fi
install() { apt-get install -y -q --no-install-recommends "$@"; }
install "$@" || { apt-get update -q && install "$@"; }`;

/**
 * Installs those of the given servers that are missing.
 * @throws NoServer if a server is missing and can't be installed
 */
export async function ensureServers(kinds: readonly ServerKind[]): Promise<void> {
  const missing = kinds.filter((kind) => findServer(kind) === undefined);
  if (missing.length === 0) return;
  if (!canInstall()) throw new NoServer(`${whatToInstall(missing)}.`);
  const { ok, output } = await installPackages(missing);
  if (!ok || missing.some((kind) => findServer(kind) === undefined)) {
    throw new NoServer(
      `${whatToInstall(missing)}.\napt-get said: ${output.trim().split("\n").slice(-5).join("\n")}`,
    );
  }
}

/** Installs packages, if necessary after updating the lists. @returns apt's output, and whether apt succeeded */
export function installPackages(names: readonly string[]): Promise<{ ok: boolean; output: string }> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const run = promisify(execFile)("/bin/sh", ["-c", INSTALL, "sh", ...names], { env, maxBuffer: Infinity });
  return timed(`Installing ${names.join(" ")} from the system's packages`, () =>
    run.then(
      ({ stdout, stderr }) => ({ ok: true, output: stdout + stderr }),
      (error: unknown) => {
        const { stdout = "", stderr = String(error) } = error as { stdout?: string; stderr?: string };
        return { ok: false, output: stdout + stderr };
      },
    ),
  );
}
