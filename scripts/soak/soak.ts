/**
 * The soak test, which shows on a real server that no accepted message is lost. Senders call the component over HTTP
 * while component and server are killed (kill -9), stopped and started again at random times. Receivers are ordinary
 * clients. Some senders also have a client, for copies of their messages. Servers handle messages to offline users in
 * different ways, so the component reaches a restarted server only after all users have logged in again (gate.ts).
 * Every accepted message must arrive, without exceptions.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../../storage/database.js";
import { DeadLetters } from "../../storage/dead-letters.js";
import { ComponentProcess } from "../lab/component-process.js";
import { startServer } from "../lab/create.js";
import type { ServerKind } from "../lab/find.js";
import { Gate } from "../lab/gate.js";
import type { Server } from "../lab/server.js";
import { Ledger, type Verdict } from "./ledger.js";
import { Senders } from "./senders.js";
import { Session } from "./session.js";

export interface SoakOptions {
  readonly server: ServerKind;
  readonly seconds: number;
  /** The minimum number of blows (see BLOWS), even if they take longer than `seconds`. */
  readonly blows: number;
  /** The time between most blows, in milliseconds: from `calm` to three times as long; 3,000 by default. */
  readonly calm?: number;
  /** Determines what is killed and when, but not which messages are on their way at this moment. */
  readonly seed: number;
  /** Called after each blow with a line of text. */
  readonly onProgress?: (line: string) => void;
}

export interface SoakResult extends Verdict {
  readonly componentKills: number;
  readonly serverKills: number;
  readonly serverStops: number;
  readonly deadLetters: number;
  readonly seconds: number;
}

/**
 * What is killed or stopped. "replaying": the component, while it resends what a killed server may have lost.
 * All of them happen in random order, repeatedly.
 */
const BLOWS = ["component", "server", "component", "server", "stop", "twice", "replaying"] as const;
type Blow = (typeof BLOWS)[number];

const DOMAIN = "conference.qtalk.test.org";
const PASSWORD = "soak";
const RECEIVERS = ["receiver0", "receiver1", "receiver2"];
const SENDERS = Array.from({ length: 8 }, (_, index) => `sender${index}`);
const WATCHING = SENDERS.slice(0, 2);
/** outbox.max_stanzas: so small that the queue fills up in a long outage, to test refused requests. */
const QUEUE = 5_000;
/** How long to wait at the end for messages to arrive, in milliseconds. */
const ARRIVAL_MS = 120_000;
/** How often a failed login is repeated. */
const LOGINS = 5;

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const modules = { archive: false, offline: false };
  const server = await startServer(options.server, { components: [{ domain: DOMAIN }], modules });
  let stage: Stage | undefined;
  try {
    stage = await Stage.on(server, options.seed);
    return await stage.play(options);
  } finally {
    await stage?.clear();
    await server.stop();
  }
}

class Stage {
  readonly #kills = { component: 0, server: 0, stops: 0 };

  private constructor(
    private readonly server: Server,
    private readonly component: ComponentProcess,
    private readonly clients: { readonly gate: Gate; readonly sessions: readonly Session[] },
    private readonly tools: { readonly ledger: Ledger; readonly chance: Chance },
  ) {}

  static async on(server: Server, seed: number): Promise<Stage> {
    const ledger = new Ledger();
    const accounts = [...RECEIVERS, ...WATCHING].map((username) => {
      return { username, password: PASSWORD, host: server.host };
    });
    await server.addAccounts(...accounts);
    const sessions = accounts.map(
      (account) => new Session(server.clientPort, account, (id) => ledger.arrive(id)),
    );
    const gate = await Gate.before(server.component(DOMAIN).port);
    await logIn(sessions);
    await gate.open();
    const { password } = server.component(DOMAIN);
    const component = await ComponentProcess.start({
      access: { service: gate.service, domain: DOMAIN, password },
      hosts: server.settings.hosts,
      config: { outbox: { max_stanzas: QUEUE } },
    });
    await component.ready();
    return new Stage(server, component, { gate, sessions }, { ledger, chance: new Chance(seed) });
  }

  async play({ seconds, blows, calm = 3_000, onProgress }: SoakOptions): Promise<SoakResult> {
    const { ledger, chance } = this.tools;
    const started = performance.now();
    const elapsed = (): number => (performance.now() - started) / 1000;
    const host = this.server.host;
    const senders = new Senders({
      component: this.component,
      ledger,
      senders: SENDERS,
      receivers: RECEIVERS.map((name) => `${name}@${host}`),
      watching: WATCHING,
    });
    const sending = senders.run();
    const striking = async (): Promise<void> => {
      let next: Blow[] = [];
      for (let count = 0; elapsed() < seconds || count < blows; count++) {
        if (next.length === 0) next = chance.shuffle(BLOWS);
        const blow = next.pop() ?? "component";
        // Some blows come within the time of outbox.keep after the last one, others when everything works
        // again.
        await sleep(chance.draw(1) < 0.3 ? chance.draw(1_000) : calm + chance.draw(2 * calm));
        await this.#strike(blow);
        const { accepted, delivered } = ledger;
        onProgress?.(`${elapsed().toFixed(1)} s: ${blow}; accepted ${accepted}, delivered ${delivered}`);
      }
      senders.stop();
    };
    try {
      await Promise.all([striking(), sending]);
    } catch (error) {
      senders.abort();
      throw error;
    }
    await this.#arrival();
    return {
      ...ledger.verdict(),
      componentKills: this.#kills.component,
      serverKills: this.#kills.server,
      serverStops: this.#kills.stops,
      deadLetters: this.#deadLetters(),
      seconds: elapsed(),
    };
  }

  async clear(): Promise<void> {
    for (const session of this.clients.sessions) session.close();
    this.clients.gate.end();
    await this.component.stop();
  }

  async #strike(blow: Blow): Promise<void> {
    const { chance } = this.tools;
    // The server is only killed when the component is connected to it; the component is killed in any state.
    if (blow !== "component") await this.component.ready();
    switch (blow) {
      case "component":
        await this.#killComponent();
        break;
      case "server":
        await this.#endServer("kill");
        break;
      case "stop":
        await this.#endServer("stop");
        break;
      case "twice":
        await this.#endServer("kill");
        await this.component.ready();
        await sleep(chance.draw(1_500));
        await this.#endServer("kill");
        break;
      case "replaying":
        await this.#endServer("kill");
        await sleep(chance.draw(600));
        await this.#killComponent();
        break;
    }
  }

  async #killComponent(): Promise<void> {
    const { ledger, chance } = this.tools;
    this.#kills.component += 1;
    ledger.kill();
    await this.component.end("SIGKILL");
    await sleep(chance.draw(300));
    this.component.launch();
  }

  async #endServer(how: "kill" | "stop"): Promise<void> {
    const { ledger, chance } = this.tools;
    this.clients.gate.close();
    ledger.kill();
    if (how === "kill") {
      this.#kills.server += 1;
      await this.server.kill();
    } else {
      this.#kills.stops += 1;
      await this.server.halt();
    }
    await sleep(chance.draw(300));
    await this.server.restart();
    await logIn(this.clients.sessions);
    await this.clients.gate.open();
  }

  #deadLetters(): number {
    const db = openDatabase(join(this.component.folder, "qtalk.db"), { readonly: true });
    try {
      return new DeadLetters(db).list().length;
    } finally {
      db.close();
    }
  }

  /** Waits until all accepted messages have arrived, for at most ARRIVAL_MS. */
  async #arrival(): Promise<void> {
    const { ledger } = this.tools;
    const deadline = performance.now() + ARRIVAL_MS;
    while (ledger.owed.size > 0 && performance.now() < deadline) await sleep(20);
    // Messages that arrive during this time are duplicates.
    await sleep(300);
  }
}

/** Logs the users in, with several attempts, because a newly started server may close connections. */
async function logIn(sessions: readonly Session[]): Promise<void> {
  await Promise.all(
    sessions.map(async (session) => {
      for (let left = LOGINS; ; left--) {
        try {
          await session.login();
          return;
        } catch (error) {
          if (left === 0) throw error;
          await sleep(100);
        }
      }
    }),
  );
}

/** Random numbers that a seed determines. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Returns a random number that is at least 0 and less than `below`. */
  draw(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below;
  }

  shuffle<T>(things: readonly T[]): T[] {
    return things
      .map((thing) => ({ thing, place: this.draw(1) }))
      .sort((a, b) => a.place - b.place)
      .map(({ thing }) => thing);
  }
}
