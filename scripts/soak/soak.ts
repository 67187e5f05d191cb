/**
 * Proves on a real server that nothing accepted is lost: senders call the component over HTTP, single messages and
 * arrays, while the component and the server are killed (kill -9) as they stand, at random instants, and started again.
 * Also the server is stopped properly, it is killed twice in a row, and the component is killed while it sends again
 * what a dead server may have taken along.
 *
 * - Receivers are ordinary clients, and some senders have a client, too, which is sent a copy of what they say.
 * - What a server does with messages to those who aren't logged in is its own affair, and differs. So the component is
 *   let at a server that was restarted only when they all are again (gate.ts).
 * - Nothing is ever paused, and nothing needs excusing: every accepted message must arrive.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../../storage/database.js";
import { DeadLetters } from "../../storage/dead-letters.js";
import { ComponentProcess } from "../lab/component-process.js";
import { startServer } from "../lab/create.js";
import type { ServerKind } from "../lab/find.js";
import type { Server } from "../lab/server.js";
import { Gate } from "./gate.js";
import { Ledger, type Verdict } from "./ledger.js";
import { Senders } from "./senders.js";
import { Session } from "./session.js";

export interface SoakOptions {
  readonly server: ServerKind;
  readonly seconds: number;
  /** Goes on until so many blows were struck, whatever the time. */
  readonly blows: number;
  /** What is killed and when is drawn by it; what is under way at that moment isn't. */
  readonly seed: number;
  /** Told of each blow, and of what was accepted and delivered until then. */
  readonly onProgress?: (line: string) => void;
}

export interface SoakResult extends Verdict {
  readonly componentKills: number;
  readonly serverKills: number;
  readonly serverStops: number;
  readonly deadLetters: number;
  readonly seconds: number;
}

/** One of each in some order, again and again. */
const BLOWS = ["component", "server", "component", "server", "stop", "twice", "replaying"] as const;
type Blow = (typeof BLOWS)[number];

const DOMAIN = "conference.qtalk.test.org";
const PASSWORD = "soak";
const RECEIVERS = ["receiver0", "receiver1", "receiver2"];
const SENDERS = Array.from({ length: 8 }, (_, index) => `sender${index}`);
const WATCHING = SENDERS.slice(0, 2);
/** Small enough to be full when the server is away for long: some calls must be refused. */
const QUEUE = 5_000;
const ARRIVAL_MS = 120_000;
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
      access: { service: `xmpp://127.0.0.1:${gate.port}`, domain: DOMAIN, password },
      hosts: server.settings.hosts,
      config: { outbox: { max_stanzas: QUEUE } },
    });
    await component.ready();
    return new Stage(server, component, { gate, sessions }, { ledger, chance: new Chance(seed) });
  }

  async play({ seconds, blows, onProgress }: SoakOptions): Promise<SoakResult> {
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
        // Some come within what is kept of the last, others when all is as usual again.
        await sleep(chance.draw(1) < 0.3 ? chance.draw(1_000) : 3_000 + chance.draw(6_000));
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
    // A server to which nobody has come back yet isn't worth killing; the component is, whatever it is doing.
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

  /** Until all that was accepted has arrived, or nothing more comes. */
  async #arrival(): Promise<void> {
    const { ledger } = this.tools;
    const deadline = performance.now() + ARRIVAL_MS;
    while (ledger.owed.size > 0 && performance.now() < deadline) await sleep(20);
    // What comes now should not have come.
    await sleep(300);
  }
}

/** A server that has just started may close a connection or two. */
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

export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to before `below`. */
  draw(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below;
  }

  /** The same things in another order. */
  shuffle<T>(things: readonly T[]): T[] {
    return things
      .map((thing) => ({ thing, place: this.draw(1) }))
      .sort((a, b) => a.place - b.place)
      .map(({ thing }) => thing);
  }
}
