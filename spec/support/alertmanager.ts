/** Runs Prometheus' Alertmanager from Debian's package, which posts alerts to webhooks. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { freePort, LOOPBACK } from "../../scripts/lab/ports.js";

const PROGRAM = "prometheus-alertmanager";
/** The interval of checks whether Alertmanager is ready, in milliseconds. */
const READY_MS = 50;

export class Alertmanager {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #url: string;
  #log = "";

  private constructor(port: number, receiver: object) {
    this.#url = `http://${LOOPBACK}:${port}`;
    this.#folder = mkdtempSync(join(tmpdir(), "alertmanager-"));
    const config = join(this.#folder, "alertmanager.yml");
    const route = { receiver: "hooks", group_wait: "0s", group_interval: "1s" };
    writeFileSync(config, stringify({ route, receivers: [{ name: "hooks", ...receiver }] }));
    const args = {
      "config.file": config,
      "storage.path": this.#folder,
      "web.listen-address": `${LOOPBACK}:${port}`,
      "cluster.listen-address": "",
    };
    this.#child = spawn(
      PROGRAM,
      Object.entries(args).map(([name, value]) => `--${name}=${value}`),
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#log += text));
  }

  /** Starts Alertmanager. @param receiver the configuration of its receiver, without the name */
  static async start(receiver: object): Promise<Alertmanager> {
    const started = new Alertmanager(await freePort(), receiver);
    while (!(await started.#isReady())) {
      if (started.#child.exitCode !== null) throw new Error(`${PROGRAM} has ended: ${started.#log}`);
      await sleep(READY_MS);
    }
    return started;
  }

  /** Sends an alert to Alertmanager; an alert that has ended counts as resolved. */
  async alert(alert: object): Promise<void> {
    const response = await fetch(`${this.#url}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([alert]),
    });
    if (!response.ok) throw new Error(`Alertmanager answered ${response.status}: ${await response.text()}`);
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #isReady(): Promise<boolean> {
    return await fetch(`${this.#url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
