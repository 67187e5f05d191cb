/** Runs Prometheus from Debian's package, whose rules fire as tests want, and send their alerts to an Alertmanager. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { Daemon } from "../../scripts/lab/daemon.js";
import { freePort, LOOPBACK } from "../../scripts/lab/ports.js";
import { Folder } from "./folder.js";

const PROGRAM = "prometheus";
/** The interval of checks whether Prometheus is ready, in milliseconds. */
const READY_MS = 50;

/** An alert of a rule: its name, and its labels. */
export interface Rule {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly isFiring: boolean;
}

export class Prometheus {
  readonly #folder = new Folder();
  readonly #daemon: Daemon;
  readonly #url: string;

  private constructor(port: number, alertmanager: string, rules: readonly Rule[]) {
    this.#url = `http://${LOOPBACK}:${port}`;
    const config = stringify({
      global: { evaluation_interval: "1s", scrape_interval: "1h" },
      rule_files: [this.#write(rules)],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanager).host] }] }] },
    });
    const args = [
      `--config.file=${this.#folder.file("prometheus.yml", config)}`,
      `--storage.tsdb.path=${this.#folder.at("data")}`,
      `--web.listen-address=${LOOPBACK}:${port}`,
      "--web.enable-lifecycle",
      // An alert ends at four times this, if a busy machine is late to send it again.
      "--rules.alert.resend-delay=15s",
    ];
    this.#daemon = new Daemon(
      { command: PROGRAM, args, env: process.env },
      undefined,
      this.#folder.at("log"),
    );
  }

  /** Starts Prometheus. @param alertmanager the URL of the Alertmanager that gets the alerts */
  static async start(alertmanager: string, rules: readonly Rule[]): Promise<Prometheus> {
    const started = new Prometheus(await freePort(), alertmanager, rules);
    while (!(await started.#isReady())) {
      if (!started.#daemon.running)
        throw new Error(`${PROGRAM} has ended: ${readFileSync(started.#folder.at("log"), "utf8")}`);
      await sleep(READY_MS);
    }
    return started;
  }

  /** Changes what fires. */
  async set(rules: readonly Rule[]): Promise<void> {
    this.#write(rules);
    const response = await fetch(`${this.#url}/-/reload`, { method: "POST" });
    if (!response.ok) throw new Error(`Prometheus answered ${response.status}: ${await response.text()}`);
  }

  async stop(): Promise<void> {
    await this.#daemon.kill();
    this.#folder.remove();
  }

  #write(rules: readonly Rule[]): string {
    const all = rules.map(({ alert, labels, isFiring }) => ({
      alert,
      labels,
      expr: isFiring ? "vector(1)" : "vector(1) > 2",
      annotations: { summary: `${alert} fires` },
    }));
    return this.#folder.file("rules.yml", stringify({ groups: [{ name: "tests", rules: all }] }));
  }

  async #isReady(): Promise<boolean> {
    return await fetch(`${this.#url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
