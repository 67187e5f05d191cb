/** Starts the servers and components of a benchmark, and stops them all when it ends, even if it fails. */
import type { Socket } from "node:net";
import { ComponentProcess, type ComponentProcessOptions } from "../lab/component-process.js";
import { createServer } from "../lab/create.js";
import { SERVER_NAMES, type ServerKind } from "../lab/installed.mjs";
import type { ServerOptions } from "../lab/options.js";
import type { Server } from "../lab/private-server.js";
import type { Line } from "./table.js";
import { asks, rawComponent, rawLogin } from "../lab/raw.js";

/** If a round takes longer than this on average, in milliseconds, fewer rounds are done, but LEAST_ROUNDS at least. */
const ROUND_MS = 6_000;
const LEAST_ROUNDS = 3;

export interface Extent {
  readonly rounds: number;
  /** The duration of turns that are limited by time, in seconds. */
  readonly seconds: number;
  /** Whether to do very little work, only to see that the benchmarks run. */
  readonly quick: boolean;
}

export interface StageOptions {
  readonly extent: Extent;
  /** The path of the qtalk-component.js to measure; absent: that of this build. */
  readonly program?: string | undefined;
}

export class Stage {
  readonly #ends: (() => unknown)[] = [];
  readonly extent: Extent;
  readonly remarks = new Set<string>();

  constructor(private readonly options: StageOptions) {
    this.extent = options.extent;
  }

  /** Registers a function that `close` calls, the last registered one first. */
  atEnd(end: () => unknown): void {
    this.#ends.push(end);
  }

  /** Starts a server without archive and offline storage, because they would take most of the time. */
  async server(kind: ServerKind, options: ServerOptions): Promise<Server> {
    const all = { ...options, modules: { archive: false, offline: false, ...options.modules } };
    const server = createServer(kind, all);
    this.atEnd(() => server.stop());
    await server.start();
    return server;
  }

  /** Starts a component that logs only warnings and errors, as the servers do. */
  async component(options: ComponentProcessOptions): Promise<ComponentProcess> {
    const config = { log: { level: "warn" }, ...options.config };
    const component = await ComponentProcess.start({ program: this.options.program, ...options, config });
    this.atEnd(() => component.stop());
    await component.ready();
    return component;
  }

  async client(server: Server, username: string): Promise<Socket> {
    const account = { username, host: server.host, password: "secret" };
    const { socket } = await rawLogin(server.clientPort, account);
    this.atEnd(() => socket.destroy());
    await asks(socket, "<presence/>", "<presence");
    return socket;
  }

  /** Connects a plain component (XEP-0114). @returns its stream */
  async bareComponent(server: Server, domain: string): Promise<Socket> {
    const { port, password } = server.component(domain);
    const socket = await rawComponent(port, domain, password);
    this.atEnd(() => socket.destroy());
    return socket;
  }

  /**
   * Lets the contestants do the work in turn, round by round. Every other round has the reverse order. The
   * first round warms up and isn't counted. Slow machines do fewer rounds than `extent.rounds`.
   * @returns the results of each contestant, one per round
   */
  async inTurn<K extends string, R>(
    contestants: Readonly<Record<K, () => Promise<R>>>,
  ): Promise<Record<K, R[]>> {
    const { rounds } = this.extent;
    const names = Object.keys(contestants) as K[];
    const results = Object.fromEntries(names.map((name) => [name, [] as R[]])) as Record<K, R[]>;
    const until = performance.now() + rounds * ROUND_MS;
    for (let round = 0; round <= rounds; round += 1) {
      if (round > LEAST_ROUNDS && performance.now() > until) {
        this.remarks.add(`Some measurements took long, so they have fewer than ${rounds} rounds.`);
        break;
      }
      for (const name of round % 2 === 0 ? names : [...names].reverse()) {
        const result = await contestants[name]();
        if (round > 0) results[name].push(result);
      }
    }
    return results;
  }

  /** Calls all functions registered with `atEnd`. @throws the first error of a function, after all were called */
  async close(): Promise<void> {
    let fault: unknown;
    for (let end = this.#ends.pop(); end !== undefined; end = this.#ends.pop()) {
      const ended = Promise.resolve().then(end);
      await ended.catch((error: unknown) => (fault ??= error));
    }
    if (fault instanceof Error) throw fault;
  }
}

/** Measures one kind of work, by server, each on a stage of its own. @throws Error whose message says what went wrong */
export type Benchmark = Readonly<Record<string, (stage: Stage) => Promise<readonly Line[]>>>;

export function onBoth(measure: (stage: Stage, kind: ServerKind) => Promise<readonly Line[]>): Benchmark {
  return {
    [SERVER_NAMES.ejabberd]: (stage) => measure(stage, "ejabberd"),
    [SERVER_NAMES.prosody]: (stage) => measure(stage, "prosody"),
  };
}
