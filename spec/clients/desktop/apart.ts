/**
 * A network and a view of some system files of this process's own, for desktop clients: they look for a server by its name,
 * on the standard port, and demand a certificate that the system trusts. Nothing outside this process notices.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LOOPBACK } from "../../../scripts/lab/ports.js";

const INSIDE = "CLIENTS_APART";
const HOSTS = "/etc/hosts";
const TRUSTED = "/etc/ssl/certs/ca-certificates.crt";
/** Where clients log in. */
export const CLIENT_PORT = 5222;

/** The certificate and key of a domain, in files. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Runs this program again in namespaces of its own (as root, on Linux), and ends with it. Returns inside, with a folder that
 * is deleted when the program ends.
 */
export async function runApart(): Promise<string> {
  if (process.env[INSIDE] === undefined) {
    const command = ["unshare", "--net", "--mount", process.execPath, ...process.argv.slice(1)];
    const env = { ...process.env, [INSIDE]: "1" };
    const child = spawn("setpriv", ["--pdeathsig", "TERM", ...command], { stdio: "inherit", env });
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
    const [code] = (await once(child, "exit")) as [number | null];
    process.exit(code ?? 1);
  }
  execFileSync("ip", ["link", "set", "lo", "up"]);
  // With no address but 127.0.0.1, the C library would resolve no name (AI_ADDRCONFIG).
  execFileSync("ip", ["address", "add", "127.0.0.2/8", "dev", "lo"]);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  const folder = mkdtempSync(join(tmpdir(), "qtalk-clients-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Lets these domains be on loopback, with a certificate that programs trust. Clients log in at `CLIENT_PORT`. */
export function certify(folder: string, domains: readonly string[]): Certificate {
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const names = domains.map((domain) => `DNS:${domain}`).join(",");
  const subject = ["-subj", `/CN=${domains[0] ?? ""}`, "-addext", `subjectAltName=${names}`];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7"];
  execFileSync("openssl", ["req", ...kind, "-keyout", key, "-out", certificate, ...subject], {
    stdio: "ignore",
  });
  execFileSync("chmod", ["0644", key]);
  execFileSync("chmod", ["0755", folder]);
  overlay(folder, TRUSTED, readFileSync(certificate, "utf8"));
  overlay(folder, HOSTS, `${LOOPBACK} ${domains.join(" ")}\n`);
  return { certificate, key };
}

/** Adds text to a system file, as this process and its children see it. */
function overlay(folder: string, path: string, text: string): void {
  const copy = join(folder, path.replaceAll("/", "_"));
  copyFileSync(path, copy);
  appendFileSync(copy, text);
  execFileSync("mount", ["--bind", copy, path]);
}

/** Passes connections to the standard port on to the server's. */
export async function forward(port: number): Promise<void> {
  const server = createServer((one) => {
    const other = connect(port, LOOPBACK);
    one.pipe(other).pipe(one);
    one.on("error", () => other.destroy());
    other.on("error", () => one.destroy());
  });
  server.listen(CLIENT_PORT, LOOPBACK);
  server.unref();
  await once(server, "listening");
}
