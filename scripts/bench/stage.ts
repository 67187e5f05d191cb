/** What a benchmark runs on: it starts servers and components here, which are stopped with it, whatever happens. */
import type { Socket } from "node:net";
import { ComponentProcess, type ComponentProcessOptions } from "../lab/component-process.js";
import { Ejabberd } from "../lab/ejabberd.js";
import type { ServerKind } from "../lab/find.js";
import type { ServerOptions } from "../lab/options.js";
import { Prosody } from "../lab/prosody.js";
import type { Server } from "../lab/server.js";
import { rawComponent, rawLogin } from "../lab/raw.js";

/** If the rounds of a series take longer than this on average, only the least are done: a run ends in time. */
const ROUND_MS = 6_000;
const LEAST_ROUNDS = 3;

/** How much a run of the benchmarks does. */
export interface Extent {
  /** How often each contestant has its turn. */
  readonly rounds: number;
  /** How long a turn lasts, if time bounds it. */
  readonly seconds: number;
  /** Whether everything is small: to see whether it runs, not to measure. */
  readonly quick: boolean;
}

export interface StageOptions {
  readonly extent: Extent;
  /** The command line's program whose component is measured; undefined: that of this build. */
  readonly program?: string | undefined;
}

export class Stage {
  readonly #ends: (() => unknown)[] = [];
  readonly extent: Extent;
  readonly #program: string | undefined;
  /** What the reader of the table should know. */
  readonly remarks = new Set<string>();

  constructor({ extent, program }: StageOptions) {
    this.extent = extent;
    this.#program = program;
  }

  /** Has something ended with the benchmark; the last first. */
  atEnd(end: () => unknown): void {
    this.#ends.push(end);
  }

  /** A server without archive and offline storage, as they would cost it more than the rest. */
  async server(kind: ServerKind, options: ServerOptions): Promise<Ejabberd | Prosody> {
    const all = { ...options, modules: { archive: false, offline: false, ...options.modules } };
    const server = kind === "ejabberd" ? new Ejabberd(all) : new Prosody(all);
    this.atEnd(() => server.stop());
    await server.start();
    return server;
  }

  /** A component that is connected. Its log is as quiet as the servers'. */
  async component(options: ComponentProcessOptions): Promise<ComponentProcess> {
    const config = { log: { level: "warn" }, ...options.config };
    const component = await ComponentProcess.start({ program: this.#program, ...options, config });
    this.atEnd(() => component.stop());
    await component.ready();
    return component;
  }

  /** The stream of a user who is logged in. */
  async client(server: Server, username: string): Promise<Socket> {
    const socket = await rawLogin(server.clientPort, { username, host: server.host, password: "secret" });
    this.atEnd(() => socket.destroy());
    return socket;
  }

  /** The stream of a bare component. */
  async bareComponent(server: Server, domain: string): Promise<Socket> {
    const { port, password } = server.component(domain);
    const socket = await rawComponent(port, domain, password);
    this.atEnd(() => socket.destroy());
    return socket;
  }

  /**
   * Lets each contestant do the work in turn, round by round, every other round in reverse; a first round warms up
   * and doesn't count. Slow machines do fewer rounds.
   * @returns what each came to, round by round
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
        this.remarks.add(`Some turns took long here: there were fewer rounds of them than ${rounds}.`);
        break;
      }
      for (const name of round % 2 === 0 ? names : [...names].reverse()) {
        const result = await contestants[name]();
        if (round > 0) results[name].push(result);
      }
    }
    return results;
  }

  /** Ends all that was started, the last first. @throws what went wrong first, after the others were ended */
  async close(): Promise<void> {
    const faults: unknown[] = [];
    for (let end = this.#ends.pop(); end !== undefined; end = this.#ends.pop()) {
      try {
        await end();
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw faults[0];
  }
}
