/** A private XMPP server on loopback: what ejabberd and Prosody have in common. */
import { chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Daemon, daemonUser, type DaemonUser, type Program } from "./daemon.js";
import { NoServer, SERVER_NAMES, type ServerKind } from "./find.js";
import { withDefaults, type Account, type ServerOptions, type ServerSettings } from "./options.js";
import { freePort, LOOPBACK, streamAnswers } from "./ports.js";

/** Those that the product is for, and others that it is tried with. */
export type PrivateServerKind = ServerKind | "jabberd2";

const NAMES: Readonly<Record<PrivateServerKind, string>> = { ...SERVER_NAMES, jabberd2: "jabberd2" };

/** What a component needs to know to connect. */
export interface ComponentAccess {
  readonly domain: string;
  readonly password: string;
  readonly port: number;
  /** The address as `xmpp.service` wants it: `xmpp://127.0.0.1:PORT`. */
  readonly service: string;
}

/** Where a server lives while it exists; the same over restarts. */
interface Home {
  readonly folder: string;
  readonly clientPort: number;
  readonly componentPorts: readonly number[];
}

const START_MS = 120_000;
const LOG_TAIL = 15;

export abstract class Server {
  readonly name: string;
  readonly settings: ServerSettings;
  protected readonly user: DaemonUser | undefined;
  readonly #removeHome = () => {
    if (this.#home !== undefined) rmSync(this.#home.folder, { recursive: true, force: true });
    this.#home = undefined;
  };
  #home: Home | undefined;
  #daemon: Daemon | undefined;

  constructor(
    readonly kind: PrivateServerKind,
    options: ServerOptions = {},
    user: string = kind,
  ) {
    this.name = NAMES[kind];
    this.settings = withDefaults(options);
    this.user = daemonUser(user);
  }

  /** The first of the hosts. */
  get host(): string {
    return this.settings.host;
  }

  /** Where ordinary clients log in, unencrypted. */
  get clientPort(): number {
    return this.home.clientPort;
  }

  /** Where clients in browsers log in: the address of the WebSocket that `modules.webSocket` opens. */
  abstract get webSocket(): string;

  /** All its components, in the order in which they were asked for. */
  get components(): readonly ComponentAccess[] {
    const { componentPorts } = this.home;
    return this.settings.components.map(({ domain, password }, index) => {
      const port = componentPorts[index] ?? 0;
      return { domain, password, port, service: `xmpp://${LOOPBACK}:${port}` };
    });
  }

  /** One of its components; the first by default. */
  component(domain?: string): ComponentAccess {
    const found = this.components.find((component) => domain === undefined || component.domain === domain);
    if (found === undefined) throw new Error(`${this.name} has no component ${domain ?? "at all"}`);
    return found;
  }

  /** The server's process, while it runs. */
  get pid(): number | undefined {
    return this.#daemon?.running === true ? this.#daemon.pid : undefined;
  }

  /** What the server printed so far. */
  get log(): string {
    return readFileSync(this.#logFile, "utf8");
  }

  /** Starts the server, and waits until it serves. */
  async start(): Promise<void> {
    const clientPort = await freePort();
    const componentPorts = await this.choosePorts(this.settings.components.length);
    const folder = mkdtempSync(join(tmpdir(), `qtalk-${this.kind}-`));
    this.#home = { folder, clientPort, componentPorts };
    process.once("exit", this.#removeHome);
    try {
      this.writeConfiguration(folder);
      await this.#launch();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Adds accounts; they can log in as soon as this returns. */
  abstract addAccounts(...accounts: readonly Account[]): Promise<void>;

  /** Takes back, as it runs, what it permits to send in users' names (XEP-0356), until it is started anew. */
  unloadPrivilege(): Promise<void> {
    throw new Error(`${this.name} permits nothing`);
  }

  /** Lets this process end without waiting for the server, which then ends, too. */
  unref(): void {
    this.#daemon?.unref();
  }

  /** Stops the server and deletes all it had. */
  async stop(): Promise<void> {
    await this.#daemon?.stop();
    process.off("exit", this.#removeHome);
    this.#removeHome();
  }

  /** Shuts the server down properly. Its data and its ports stay, for `restart`. */
  async halt(): Promise<void> {
    await this.#daemon?.stop();
  }

  /** Kills the server as a crash would: without a goodbye. Its data and its ports stay, for `restart`. */
  async kill(): Promise<void> {
    await this.#daemon?.kill();
  }

  /** Starts the server again on its ports and its data, after stopping it where it still runs. */
  async restart(): Promise<void> {
    await this.#daemon?.stop();
    await this.#launch();
  }

  /** Takes free ports for that many components, and for whatever else the server needs. */
  protected abstract choosePorts(components: number): Promise<number[]>;

  /** Writes the server's configuration into its folder, which it alone uses. */
  protected abstract writeConfiguration(folder: string): void;

  /** The program that runs the server in the foreground. */
  protected abstract program(folder: string): Program;

  protected get home(): Home {
    if (this.#home === undefined) throw new Error(`${this.name} is not started`);
    return this.#home;
  }

  /** Hands a file or a folder to the user the server runs as. */
  protected own(path: string): void {
    if (this.user !== undefined) chownSync(path, this.user.uid, this.user.gid);
  }

  get #logFile(): string {
    return join(this.home.folder, "output.log");
  }

  async #launch(): Promise<void> {
    const { folder } = this.home;
    this.own(folder);
    const daemon = new Daemon(this.program(folder), this.user, this.#logFile);
    this.#daemon = daemon;
    const giveUp = new AbortController();
    void daemon.ended.then(() => giveUp.abort());
    try {
      await this.serves(giveUp);
    } catch (error) {
      if (error instanceof NoServer) throw error;
      const tail = this.log.trim().split("\n").slice(-LOG_TAIL).join("\n");
      throw new Error(`${this.name} did not start. The end of its log:\n${tail}`, { cause: error });
    }
  }

  /** Waits until it serves clients and components. */
  protected async serves(giveUp = new AbortController()): Promise<void> {
    const { signal } = giveUp;
    const timer = setTimeout(() => giveUp.abort(), START_MS);
    try {
      await streamAnswers(this.clientPort, "jabber:client", this.host, signal);
      for (const { port, domain } of this.components) {
        await streamAnswers(port, "jabber:component:accept", domain, signal);
      }
    } finally {
      clearTimeout(timer);
    }
  }
}
