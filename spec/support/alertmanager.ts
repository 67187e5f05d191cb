/** Runs Prometheus' Alertmanager from Debian's package, which posts alerts to webhooks. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { Daemon } from "../../scripts/lab/daemon.js";
import { freePort, LOOPBACK } from "../../scripts/lab/ports.js";
import { Folder } from "./folder.js";

const PROGRAM = "prometheus-alertmanager";
/** The interval of checks whether Alertmanager is ready, in milliseconds. */
const READY_MS = 50;

/** A silence, as Alertmanager lists it. */
export interface ListedSilence {
  readonly id: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly matchers: readonly { readonly name: string; readonly value: string }[];
}

export class Alertmanager {
  readonly #folder = new Folder();
  readonly #daemon: Daemon;
  /** Where its interface is. */
  readonly url: string;

  private constructor(port: number, receiver: object, more: object) {
    this.url = `http://${LOOPBACK}:${port}`;
    const route = { receiver: "hooks", group_wait: "0s", group_interval: "1s", ...more };
    const config = stringify({ route, receivers: [{ name: "hooks", ...receiver }] });
    const args = [
      `--config.file=${this.#folder.file("alertmanager.yml", config)}`,
      `--storage.path=${this.#folder.path}`,
      `--web.listen-address=${LOOPBACK}:${port}`,
      "--cluster.listen-address=",
    ];
    const program = { command: PROGRAM, args, env: process.env };
    this.#daemon = new Daemon(program, undefined, this.#folder.at("log"));
  }

  /**
   * Starts Alertmanager.
   * @param receiver the configuration of its receiver, without the name
   * @param route more of the configuration of its route
   */
  static async start(receiver: object, route: object = {}): Promise<Alertmanager> {
    const started = new Alertmanager(await freePort(), receiver, route);
    while (!(await started.#isReady())) {
      if (!started.#daemon.running)
        throw new Error(`${PROGRAM} has ended: ${readFileSync(started.#folder.at("log"), "utf8")}`);
      await sleep(READY_MS);
    }
    return started;
  }

  /** Sends an alert to Alertmanager; an alert that has ended counts as resolved. */
  async alert(alert: object): Promise<void> {
    const response = await fetch(`${this.url}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([alert]),
    });
    if (!response.ok) throw new Error(`Alertmanager answered ${response.status}: ${await response.text()}`);
  }

  /** Returns the silences in force. */
  async silences(): Promise<readonly ListedSilence[]> {
    const response = await fetch(`${this.url}/api/v2/silences`);
    const all = (await response.json()) as (ListedSilence & {
      readonly status: { readonly state: string };
    })[];
    return all.filter(({ status }) => status.state !== "expired");
  }

  async stop(): Promise<void> {
    await this.#daemon.kill();
    this.#folder.remove();
  }

  async #isReady(): Promise<boolean> {
    return await fetch(`${this.url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
