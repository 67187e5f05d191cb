/** The component as operators run it, a process of its own, for a benchmark. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { freePort } from "../servers/ports.js";
import type { Server } from "../servers/server.js";

const PROGRAM = fileURLToPath(new URL("../qtalk-component.js", import.meta.url));

export interface RunningComponent {
  readonly httpPort: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts it with the defaults against this server, and waits until it is ready. */
export async function startComponent(server: Server): Promise<RunningComponent> {
  const folder = mkdtempSync(join(tmpdir(), "qtalk-bench-"));
  const httpPort = await freePort();
  const { service, domain, password } = server.component();
  const config = {
    xmpp: { service, domain, password, hosts: server.settings.hosts },
    http: { listen: `127.0.0.1:${httpPort}` },
    storage: { path: join(folder, "qtalk.db") },
    log: { level: "warn" },
  };
  const file = join(folder, "qtalk-component.yml");
  writeFileSync(file, stringify(config), { mode: 0o600 });
  const child = spawn(process.execPath, [PROGRAM, "start", "--config", file], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = once(child, "exit");
  await ready(httpPort);
  return {
    httpPort,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ready(port: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the component did not become ready within 10 s");
}
