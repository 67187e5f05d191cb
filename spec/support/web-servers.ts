/** Debian's own web servers before the component, as reverse proxies on free ports of loopback. */
import { once } from "node:events";
import { connect } from "node:net";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { Daemon } from "../../scripts/lab/daemon.js";
import { PATIENCE_MS } from "../../scripts/lab/inbox.js";
import { findExecutable } from "../../scripts/lab/installed.mjs";
import { freePort, LOOPBACK } from "../../scripts/lab/ports.js";
import { Folder } from "./folder.js";
import { lapse } from "./sender.js";

export class WebServer {
  private constructor(
    readonly port: number,
    private readonly daemon: Daemon,
    private readonly folder: Folder,
  ) {}

  /** nginx. @param location the lines of a server, such as a location with proxy_pass */
  static nginx(location: string): Promise<WebServer> {
    return WebServer.#start("nginx", ["-c"], (folder, port) =>
      [
        "daemon off; user root;",
        `error_log ${folder.at("error.log")};`,
        `pid ${folder.at("pid")};`,
        "events {}",
        "http {",
        `access_log ${folder.at("access.log")};`,
        ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
          (name) => `${name}_temp_path ${folder.at(name)};`,
        ),
        `server { listen ${LOOPBACK}:${port}; ${location} }`,
        "}",
      ].join("\n"),
    );
  }

  /** Apache. @param lines such as ProxyPass */
  static apache(lines: string): Promise<WebServer> {
    const modules = ["mpm_event", "authz_core", "proxy", "proxy_http"];
    return WebServer.#start("apache2", ["-D", "FOREGROUND", "-f"], (folder, port) =>
      [
        ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
        `ServerRoot ${folder.path}`,
        `PidFile ${folder.at("pid")}`,
        `DefaultRuntimeDir ${folder.at("run")}`,
        `ErrorLog ${folder.at("error.log")}`,
        `Listen ${LOOPBACK}:${port}`,
        "ServerName site.example.org",
        lines,
      ].join("\n"),
    );
  }

  static async #start(
    name: string,
    args: readonly string[],
    configOf: (folder: Folder, port: number) => string,
  ): Promise<WebServer> {
    const command = findExecutable(name);
    if (command === undefined) throw new Error(`${name} isn't installed: run npm run ready`);
    const folder = new Folder();
    mkdirSync(folder.at("run"));
    const port = await freePort();
    const file = folder.file("server.conf", configOf(folder, port));
    const program = { command, args: [...args, file], env: process.env };
    const daemon = new Daemon(program, undefined, folder.at("output.log"));
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await listens(port))) {
      if (Date.now() > deadline || !daemon.running)
        throw new Error(`${name} doesn't listen: ${readFileSync(folder.at("output.log"), "utf8")}`);
      await lapse(20);
    }
    return new WebServer(port, daemon, folder);
  }

  /** All that it has logged. */
  get logs(): string {
    const files = readdirSync(this.folder.path).map((name) => this.folder.at(name));
    return files
      .filter((file) => file.endsWith(".log") && statSync(file).isFile())
      .map((file) => readFileSync(file, "utf8"))
      .join("\n");
  }

  async stop(): Promise<void> {
    this.daemon.signal("SIGTERM");
    await this.daemon.ended;
    this.folder.remove();
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, LOOPBACK);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
