/** Installs Debian packages with apt, without letting them start services. */
import { spawn } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { NoServer } from "./find.js";
import { canInstall, findServer, whatToInstall, type ServerKind } from "./installed.mjs";
import { timed } from "./timed.mjs";

/** invoke-rc.d runs this to learn whether a package may start its service; exit code 101 means no. */
const POLICY = "/usr/sbin/policy-rc.d";

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
  const install = ["install", "-y", "-q", "--no-install-recommends", ...names];
  const work = async (): Promise<{ ok: boolean; output: string }> => {
    const first = await apt(install);
    if (first.ok) return first;
    const update = await apt(["update", "-q"]);
    return update.ok ? await apt(install) : update;
  };
  return timed(`Installing ${names.join(" ")} from the system's packages`, () => withoutServices(work));
}

function apt(args: readonly string[]): Promise<{ ok: boolean; output: string }> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return new Promise((resolve) => {
    // Installed files must be readable by all users, unlike files that this program writes.
    const command = 'umask 022; exec apt-get "$@"';
    const child = spawn("/bin/sh", ["-c", command, "apt-get", ...args], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.once("error", (error) => resolve({ ok: false, output: error.message }));
    child.once("close", (code) => resolve({ ok: code === 0, output }));
  });
}

/** Runs `work` while POLICY keeps packages from starting services. An existing POLICY is left unchanged. */
async function withoutServices<T>(work: () => Promise<T>): Promise<T> {
  if (existsSync(POLICY)) return await work();
  writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  const remove = () => rmSync(POLICY, { force: true });
  const interrupted = (signal: NodeJS.Signals) => {
    remove();
    process.kill(process.pid, signal);
  };
  process.once("exit", remove).once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    return await work();
  } finally {
    remove();
    process.off("exit", remove).off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}
