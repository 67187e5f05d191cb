/**
 * What a benchmark runs on: it starts servers, components and crowds here, and whatever happens, they are ended with
 * it. It also tells how far the work is.
 */
import { ComponentProcess, type ComponentProcessOptions } from "../lab/component-process.js";
import { createServer } from "../lab/create.js";
import type { Ejabberd } from "../lab/ejabberd.js";
import type { Prosody } from "../lab/prosody.js";
import type { ServerKind } from "../lab/find.js";
import type { ServerOptions } from "../lab/options.js";
import type { ComponentAccess, Server } from "../lab/server.js";
import type { Extent } from "./extent.js";
import { Crowd } from "./crowd.js";
import type { MovedIn } from "./moved-in.js";

const GRACE_MS = 10_000;
/** Where the rounds of a series take longer than this on average, only the least are done: a run ends in time. */
const ROUND_MS = 6_000;
const LEAST_ROUNDS = 3;

type End = () => unknown;

export interface StageOptions {
  readonly extent: Extent;
  /** Databases with very many rooms, shared by the benchmarks of a run. */
  readonly movedIn: MovedIn;
  /** The command line's program whose component is measured; that of this build where undefined. */
  readonly program: string | undefined;
  /** Called with the share of the work that is done, from 0 to 1, and what is being done. */
  readonly tell: (done: number, doing: string) => void;
}

export class Stage {
  readonly #ends: End[] = [];
  readonly #remarks = new Set<string>();
  readonly extent: Extent;
  readonly movedIn: MovedIn;
  readonly #program: string | undefined;
  readonly #tell: StageOptions["tell"];
  #phases = 1;
  #phase = 0;

  constructor({ extent, movedIn, program, tell }: StageOptions) {
    this.extent = extent;
    this.movedIn = movedIn;
    this.#program = program;
    this.#tell = tell;
  }

  /** Says how far the present phase is, from 0 to 1, and what is being done. */
  tell(done: number, doing: string): void {
    this.#tell((this.#phase + done) / this.#phases, doing);
  }

  /** For a benchmark that has more than one series of rounds, so that progress is shown right. */
  expectPhases(count: number): void {
    this.#phases = count;
  }

  /** What the reader of the table should know. */
  get remarks(): readonly string[] {
    return [...this.#remarks];
  }

  remark(sentence: string): void {
    this.#remarks.add(sentence);
  }

  /** Has something ended with the benchmark; the last first. */
  atEnd(end: End): void {
    this.#ends.push(end);
  }

  server(kind: "ejabberd", options: ServerOptions): Promise<Ejabberd>;
  server(kind: "prosody", options: ServerOptions): Promise<Prosody>;
  server(kind: ServerKind, options: ServerOptions): Promise<Server>;
  async server(kind: ServerKind, options: ServerOptions): Promise<Server> {
    const server = createServer(kind, options);
    this.atEnd(() => server.stop());
    await server.start();
    return server;
  }

  /** A component that is connected. Its log is as quiet as the servers'. */
  async component(options: ComponentProcessOptions): Promise<ComponentProcess> {
    const config = { log: { level: "warn" }, ...options.config };
    const component = await ComponentProcess.start({ program: this.#program, ...options, config });
    this.atEnd(async () => {
      const timer = setTimeout(() => void component.end("SIGKILL"), GRACE_MS);
      await component.stop();
      clearTimeout(timer);
    });
    await component.ready();
    return component;
  }

  async crowd(access: ComponentAccess): Promise<Crowd> {
    const crowd = await Crowd.gather(access);
    this.atEnd(() => crowd.disperse());
    return crowd;
  }

  /**
   * Lets each contestant do the work in turn, round by round, every other round in reverse; a first round warms up
   * and doesn't count. Slow machines do fewer rounds.
   * @returns what each came to, round by round
   */
  async inTurn<K extends string, R>(
    contestants: Readonly<Record<K, (round: number) => Promise<R>>>,
    rounds = this.extent.rounds,
  ): Promise<Record<K, R[]>> {
    const names = Object.keys(contestants) as K[];
    const results = Object.fromEntries(names.map((name) => [name, [] as R[]])) as Record<K, R[]>;
    const turns = (rounds + 1) * names.length;
    const until = performance.now() + rounds * ROUND_MS;
    for (let round = 0; round <= rounds; round += 1) {
      if (round > LEAST_ROUNDS && performance.now() > until) {
        this.remark(`Some turns took long here: there were fewer rounds of them than ${rounds}.`);
        break;
      }
      const order = round % 2 === 0 ? names : [...names].reverse();
      for (const [i, name] of order.entries()) {
        this.tell((round * names.length + i) / turns, round === 0 ? "warming up" : `${round} of ${rounds}`);
        const result = await contestants[name](round);
        if (round > 0) results[name].push(result);
      }
    }
    if (this.#phase < this.#phases - 1) this.#phase += 1;
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
