/** A private ejabberd for every kind of client: browsers, those content without encryption, and those that insist on it. */
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { startServer } from "../lab/create.js";
import { LOOPBACK } from "../lab/ports.js";
import type { Server } from "../lab/server.js";

const HOST = "qtalk.test.org";
/** Dino has no setting for a port: without an SRV record it takes this. */
const ENCRYPTED_PORT = 5222;

export class Surroundings {
  private constructor(
    readonly server: Server,
    readonly folder: string,
  ) {}

  /** @throws Error where port 5222 of loopback is taken */
  static async open(): Promise<Surroundings> {
    const folder = mkdtempSync(join(tmpdir(), "qtalk-clients-"));
    // The server and the clients read in it as other users; its key is good for nothing else.
    chmodSync(folder, 0o755);
    try {
      await makeCertificate(folder);
      writeFileSync(join(folder, "hosts"), `${LOOPBACK} localhost ${HOST}\n`);
      const encrypted = { port: ENCRYPTED_PORT, ip: LOOPBACK, module: "ejabberd_c2s", starttls: true };
      const extra = stringify({ certfiles: [join(folder, "both.pem")], listen: [encrypted] });
      const server = await startServer("ejabberd", { hosts: [HOST], modules: { webSocket: true }, extra });
      return new Surroundings(server, folder);
    } catch (error) {
      rmSync(folder, { recursive: true });
      throw error;
    }
  }

  /** Where clients log in unencrypted. */
  get plainPort(): number {
    return this.server.clientPort;
  }

  /** Where clients log in by STARTTLS. */
  get encryptedPort(): number {
    return ENCRYPTED_PORT;
  }

  /** The certificate's file, for clients to trust it. */
  get certificate(): string {
    return join(this.folder, "certificate.pem");
  }

  /** A file like /etc/hosts, in which the server's name has the address of loopback. */
  get hosts(): string {
    return join(this.folder, "hosts");
  }

  async close(): Promise<void> {
    await this.server.kill();
    await this.server.stop();
    rmSync(this.folder, { recursive: true });
  }
}

async function makeCertificate(folder: string): Promise<void> {
  const key = join(folder, "key.pem");
  const certificate = join(folder, "certificate.pem");
  await promisify(execFile)("openssl", [
    ..."req -x509 -newkey rsa:2048 -nodes -days 2".split(" "),
    ...["-keyout", key, "-out", certificate],
    ...["-subj", `/CN=${HOST}`, "-addext", `subjectAltName=DNS:${HOST}`],
  ]);
  writeFileSync(join(folder, "both.pem"), readFileSync(key, "utf8") + readFileSync(certificate, "utf8"));
}
