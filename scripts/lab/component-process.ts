/** Runs the component as operators do: as a process with its configuration file and database in a folder. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { OPEN } from "./callers.js";
import { Daemon } from "./daemon.js";
import { atExit } from "./at-exit.js";
import { PATIENCE_MS } from "./inbox.js";
import { freePort, LOOPBACK } from "./ports.js";
import type { ComponentAccess } from "./private-server.js";

const PROGRAM = fileURLToPath(new URL("../qtalk-component.js", import.meta.url));
const RETRY_MS = 50;

type Section = Record<string, unknown>;
export type ComponentConfig = Readonly<Record<string, Section>>;

export interface ComponentProcessOptions {
  readonly access: Pick<ComponentAccess, "service" | "domain" | "password">;
  readonly hosts: readonly string[];
  /** Keys to add to the configuration, or to change. */
  readonly config?: ComponentConfig;
  /** The path of the qtalk-component.js to run; absent: that of this build. */
  readonly program?: string | undefined;
  readonly node?: readonly string[];
}

export class ComponentProcess {
  readonly #program: string;
  readonly folder = mkdtempSync(join(tmpdir(), "qtalk-component-"));
  #daemon: Daemon | undefined;
  readonly #output = join(this.folder, "output.log");
  #log = "";
  #isUnref = false;

  private constructor(
    readonly httpPort: number,
    private readonly options: ComponentProcessOptions,
  ) {
    const { access, hosts, config = {}, program = PROGRAM } = options;
    this.#program = program;
    const { service, domain, password } = access;
    const sections: Record<string, Section> = {
      ...config,
      xmpp: { service, domain, password, hosts, ...config.xmpp },
      http: { listen: `${LOOPBACK}:${httpPort}`, ...OPEN, ...config.http },
      storage: { path: this.database, ...config.storage },
    };
    writeFileSync(this.configFile, stringify(sections), { mode: 0o600 });
  }

  /** Starts a component, without waiting until it is ready. */
  static async start(options: ComponentProcessOptions): Promise<ComponentProcess> {
    const component = new ComponentProcess(await freePort(), options);
    component.launch();
    return component;
  }

  /** Starts a component whose server is down, and waits until it takes calls. */
  static async alone(config: ComponentConfig = {}): Promise<ComponentProcess> {
    const access = {
      service: `xmpp://${LOOPBACK}:${await freePort()}`,
      domain: "c.x.test",
      password: "SECRET",
    };
    const component = await ComponentProcess.start({ access, hosts: ["x.test"], config });
    await component.alive();
    return component;
  }

  get configFile(): string {
    return join(this.folder, "qtalk-component.yml");
  }

  /** The path of the database, unless the configuration has another. */
  get database(): string {
    return join(this.folder, "qtalk.db");
  }

  get log(): string {
    return existsSync(this.#output) ? readFileSync(this.#output, "utf8") : this.#log;
  }

  get pid(): number {
    return this.#daemon?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#daemon?.running === true;
  }

  /** Starts the process, on the same port and database as before. */
  launch(): void {
    const args = [...(this.options.node ?? []), this.#program, "start", "--config", this.configFile];
    this.#daemon = new Daemon({ command: process.execPath, args, env: process.env }, undefined, this.#output);
    if (this.#isUnref) this.#daemon.unref();
  }

  /** Lets this process end without waiting for the component; the component is then killed, and its folder deleted. */
  unref(): void {
    this.#isUnref = true;
    this.#daemon?.unref();
    atExit("files", () => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** Replaces sections of the configuration, for the next start. */
  configure(sections: Readonly<Record<string, Section>>): void {
    const config = parse(readFileSync(this.configFile, "utf8")) as Record<string, Section>;
    writeFileSync(this.configFile, stringify({ ...config, ...sections }), { mode: 0o600 });
  }

  /** Asks for a reload (SIGHUP), once the process listens to that: Node itself takes a moment to begin. */
  async hangUp(): Promise<void> {
    const { pid } = this;
    const hears = (): boolean => {
      const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
      return (BigInt(`0x${caught}`) & 1n) === 1n;
    };
    await this.until(hears, "listening to SIGHUP");
    process.kill(pid, "SIGHUP");
  }

  /** Replaces sections of the configuration, and reloads it (SIGHUP). */
  async reconfigure(sections: Readonly<Record<string, Section>>): Promise<void> {
    this.configure(sections);
    const reloads = (): number => this.log.split("SIGHUP: reloaded the configuration").length;
    const before = reloads();
    process.kill(this.pid, "SIGHUP");
    await this.until(() => reloads() > before, "configured anew");
  }

  /** Waits until the link to the server is up. @param ms the longest wait, in milliseconds @throws Error if it ends */
  async ready(ms = PATIENCE_MS): Promise<void> {
    const isReady = async (): Promise<boolean> => (await this.get("/readyz"))?.status === 200;
    await this.until(async () => (await isReady()) || !this.isRunning, "ready", ms);
    if (!this.isRunning) throw new Error(`the component has ended; its log:\n${this.log}`);
  }

  async alive(): Promise<void> {
    await this.until(async () => (await this.get("/healthz"))?.status === 200, "alive");
  }

  /**
   * Waits until the condition holds.
   * @param what a description of the awaited state, for the error
   * @param ms the longest wait, in milliseconds
   * @throws Error with the log if the condition doesn't hold in time
   */
  async until(holds: () => boolean | Promise<boolean>, what: string, ms = PATIENCE_MS): Promise<void> {
    const deadline = Date.now() + ms;
    while (!(await holds())) {
      if (Date.now() > deadline)
        throw new Error(`the component was not ${what} in time; its log:\n${this.log}`);
      await sleep(RETRY_MS);
    }
  }

  /** Sends a GET request. @returns undefined if the component doesn't listen */
  get(path: string): Promise<Response | undefined> {
    return fetch(`http://${LOOPBACK}:${this.httpPort}${path}`).catch(() => undefined);
  }

  /** Returns the metrics page; "" if the component doesn't listen. */
  async metrics(): Promise<string> {
    return (await (await this.get("/metrics"))?.text()) ?? "";
  }

  /** Returns the value of a metric without labels; NaN if there is none. */
  async metric(name: string): Promise<number> {
    return Number(new RegExp(`^${name} (.*)$`, "m").exec(await this.metrics())?.[1] ?? NaN);
  }

  /** Sends a POST request to an endpoint below /qtalk/, as programs written for QTalk do. */
  post(endpoint: string, body: unknown): Promise<Response> {
    return fetch(`http://${LOOPBACK}:${this.httpPort}/qtalk/${endpoint}`, {
      method: "POST",
      headers: { "content-type": "application/json; charset=UTF-8" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  /** Runs a command with the component's configuration. @returns its output @throws Error if it fails */
  async command(...args: readonly string[]): Promise<string> {
    const all = [this.#program, ...args, "--config", this.configFile];
    return (await promisify(execFile)(process.execPath, all, { encoding: "utf8" })).stdout.trim();
  }

  /** Sends a signal, and waits until the process ends. @returns the exit code; null if the signal ended it */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#daemon?.signal(signal);
    return (await this.#daemon?.ended) ?? null;
  }

  async stop(): Promise<void> {
    await this.end("SIGTERM");
    this.#log = this.log;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
