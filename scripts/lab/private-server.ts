/** The common part of private XMPP servers on loopback. */
import { chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Daemon, daemonUser, type DaemonUser, type Program } from "./daemon.js";
import { findServer, SERVER_NAMES, whatToInstall, type ServerKind } from "./installed.mjs";
import { atExit } from "./at-exit.js";
import { PATIENCE_MS } from "./inbox.js";
import { withDefaults, type Account, type ServerOptions, type ServerSettings } from "./options.js";
import { freePort, LOOPBACK, streamAnswers } from "./ports.js";

/** Thrown if a server, or a part of it, is neither installed nor installable. The message says what to do. */
export class NoServer extends Error {
  override readonly name = "NoServer";
}

/** Returns the path of a server's executable. @throws NoServer if the server isn't installed */
export function requireServer(kind: ServerKind): string {
  const path = findServer(kind);
  if (path === undefined) throw new NoServer(`${whatToInstall([kind])}.`);
  return path;
}

/** The servers that the component is made for, and others that tests use. */
export type PrivateServerKind = ServerKind | "jabberd2";

const NAMES: Readonly<Record<PrivateServerKind, string>> = { ...SERVER_NAMES, jabberd2: "jabberd2" };

export interface ComponentAccess {
  readonly domain: string;
  readonly password: string;
  readonly port: number;
  /** The server's address in the form of `xmpp.service`: `xmpp://127.0.0.1:PORT`. */
  readonly service: string;
}

/** The data that stays the same when the server restarts. */
interface Home {
  readonly folder: string;
  readonly clientPort: number;
  readonly httpPort: number;
  /** The port of each component, in the order of the options; or one port of all. */
  readonly componentPorts: readonly number[];
}

const LOG_TAIL = 15;

export abstract class Server {
  /** Whether each component has a port of its own. */
  protected readonly hasPortForEach: boolean = false;
  readonly name: string;
  readonly settings: ServerSettings;
  protected readonly user: DaemonUser | undefined;
  /** Takes back that the folder is deleted when this process ends. */
  #removed: (() => void) | undefined;
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

  get host(): string {
    return this.settings.host;
  }

  /** The port on which clients log in, unencrypted. */
  get clientPort(): number {
    return this.home.clientPort;
  }

  /** The URL of the WebSocket that `modules.webSocket` opens for clients in browsers. */
  abstract get webSocket(): string;

  /** The URL of the HTTP API, which `modules.httpApi` opens. */
  abstract get api(): string;

  get components(): readonly ComponentAccess[] {
    const { componentPorts } = this.home;
    return this.settings.components.map(({ domain, password }, index) => {
      const port = componentPorts[index] ?? componentPorts[0] ?? 0;
      return { domain, password, port, service: `xmpp://${LOOPBACK}:${port}` };
    });
  }

  /** @param domain absent: the first component @throws Error if the server has no such component */
  component(domain?: string): ComponentAccess {
    const found = this.components.find((component) => domain === undefined || component.domain === domain);
    if (found === undefined) throw new Error(`${this.name} has no component ${domain ?? "at all"}`);
    return found;
  }

  /** The id of the server's process; undefined while it isn't running. */
  get pid(): number | undefined {
    return this.#daemon?.running === true ? this.#daemon.pid : undefined;
  }

  get log(): string {
    return readFileSync(this.#logFile, "utf8");
  }

  /** Starts the server, and waits until it accepts clients and components. */
  async start(): Promise<void> {
    const count = this.hasPortForEach ? this.settings.components.length : 1;
    const componentPorts = await Promise.all(Array.from({ length: count }, freePort));
    const [clientPort, httpPort] = [await freePort(), await freePort()];
    const folder = mkdtempSync(join(tmpdir(), `qtalk-${this.kind}-`));
    this.#home = { folder, clientPort, httpPort, componentPorts };
    this.#removed = atExit("files", this.#removeHome);
    try {
      this.writeConfiguration(folder);
      await this.#launch();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Adds accounts, which can log in when the promise resolves. */
  abstract addAccounts(...accounts: readonly Account[]): Promise<void>;

  /** Revokes the permission to send in users' names (XEP-0356) until the next restart. */
  unloadPrivilege(): Promise<void> {
    throw new Error(`${this.name} permits nothing`);
  }

  /** Lets this process end without waiting for the server; the server is then killed. */
  unref(): void {
    this.#daemon?.unref();
  }

  /** Stops the server and deletes its folder. */
  async stop(): Promise<void> {
    await this.#daemon?.stop();
    this.#removed?.();
    this.#removeHome();
  }

  /** Shuts the server down cleanly. It keeps its data and ports for `restart`. */
  async halt(): Promise<void> {
    await this.#daemon?.stop();
  }

  /** Kills the server, as a crash would. It keeps its data and ports for `restart`. */
  async kill(): Promise<void> {
    await this.#daemon?.kill();
  }

  /** Stops the server if it is running, and starts it again with the same data and ports. */
  async restart(): Promise<void> {
    await this.#daemon?.stop();
    await this.#launch();
  }

  protected abstract writeConfiguration(folder: string): void;

  /** Returns the program that runs the server in the foreground. */
  protected abstract program(folder: string): Program;

  protected get home(): Home {
    if (this.#home === undefined) throw new Error(`${this.name} is not started`);
    return this.#home;
  }

  /** Changes the owner of a file or folder to the user that the server runs as. */
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
    const abort = (): void => giveUp.abort();
    daemon.ended.then(abort, abort);
    try {
      await this.serves(giveUp);
    } catch (error) {
      if (error instanceof NoServer) throw error;
      const tail = this.log.trim().split("\n").slice(-LOG_TAIL).join("\n");
      throw new Error(`${this.name} did not start. The end of its log:\n${tail}`, { cause: error });
    }
  }

  /** Waits until the server accepts connections. @param giveUp aborted when the server ends, or after PATIENCE_MS */
  protected async serves(giveUp = new AbortController()): Promise<void> {
    const { signal } = giveUp;
    const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
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
