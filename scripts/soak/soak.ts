/**
 * The soak test, which shows on a real server that no accepted message is lost. Senders call the component over HTTP
 * while component and server are killed (kill -9), stopped and started again at random times. Receivers are ordinary
 * clients. Some senders also have a client, for copies of their messages. Servers handle messages to offline users in
 * different ways, so the component reaches a restarted server only after all users have logged in again (gate.ts).
 * Every accepted message must arrive, without exceptions.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Element } from "../../component/xml/builder.js";
import { openDatabase } from "../../storage/database.js";
import { DeadLetters } from "../../storage/dead-letters.js";
import { ComponentProcess } from "../lab/component-process.js";
import { createServer } from "../lab/create.js";
import type { ServerKind } from "../lab/find.js";
import { Gate } from "../lab/gate.js";
import type { Server } from "../lab/server.js";
import { find } from "../lab/stanza-reader.js";
import { StrictStream } from "../lab/strict-stream.js";
import { Ledger, type Verdict } from "./ledger.js";
import { copyOf, Senders } from "./senders.js";

export interface SoakOptions {
  readonly server: ServerKind;
  readonly seconds: number;
  /** The minimum number of blows (see BLOWS), even if they take longer than `seconds`. */
  readonly blows: number;
  /** The time between most blows, in milliseconds: from `calm` to three times as long; 3,000 by default. */
  readonly calm?: number;
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
const MAX_QUEUED = 5_000;
/** How long to wait at the end for messages to arrive, in milliseconds. */
const ARRIVAL_MS = 120_000;
/** Asks for copies of what the user's other sessions send (XEP-0280). */
const CARBONS = "<iq type='set' id='carbons'><enable xmlns='urn:xmpp:carbons:2'/></iq>";
/** How often a failed login is repeated. */
const LOGINS = 5;

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const modules = { archive: false, offline: false };
  const server = createServer(options.server, { components: [{ domain: DOMAIN }], modules });
  let stage: Stage | undefined;
  try {
    await server.start();
    stage = await Stage.on(server);
    return await stage.play(options);
  } finally {
    await stage?.clear();
    await server.stop();
  }
}

class Stage {
  readonly #ledger = new Ledger();
  readonly #kills = { component: 0, server: 0, stops: 0 };
  readonly #streams = new Map<string, StrictStream>();

  private constructor(
    private readonly server: Server,
    private readonly gate: Gate,
    private readonly component: ComponentProcess,
  ) {}

  static async on(server: Server): Promise<Stage> {
    const names = [...RECEIVERS, ...WATCHING];
    await server.addAccounts(...names.map((username) => ({ username, password: PASSWORD })));
    const gate = await Gate.before(server.component(DOMAIN).port);
    const component = await ComponentProcess.start({
      access: { service: gate.service, domain: DOMAIN, password: server.component(DOMAIN).password },
      hosts: server.settings.hosts,
      config: { outbox: { max_stanzas: MAX_QUEUED } },
    });
    const stage = new Stage(server, gate, component);
    await stage.#welcome();
    await component.ready();
    return stage;
  }

  async play({ seconds, blows, calm = 3_000, onProgress }: SoakOptions): Promise<SoakResult> {
    const ledger = this.#ledger;
    const started = performance.now();
    const elapsed = (): number => (performance.now() - started) / 1000;
    const senders = new Senders({
      component: this.component,
      ledger,
      senders: SENDERS,
      receivers: RECEIVERS.map((name) => `${name}@${this.server.host}`),
      watching: WATCHING,
    });
    const sending = senders.run();
    const striking = async (): Promise<void> => {
      let next: Blow[] = [];
      for (let count = 0; elapsed() < seconds || count < blows; count++) {
        if (next.length === 0) next = shuffled(BLOWS);
        const blow = next.pop() ?? "component";
        // Some blows come within the time of outbox.keep after the last one, others when everything works
        // again.
        await sleep(Math.random() < 0.3 ? random(1_000) : calm + random(2 * calm));
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
    for (const stream of this.#streams.values()) stream.close();
    this.gate.end();
    await this.component.stop();
  }

  async #strike(blow: Blow): Promise<void> {
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
        await sleep(random(1_500));
        await this.#endServer("kill");
        break;
      case "replaying":
        await this.#endServer("kill");
        await sleep(random(600));
        await this.#killComponent();
        break;
    }
  }

  async #killComponent(): Promise<void> {
    this.#kills.component += 1;
    this.#ledger.kill();
    await this.component.end("SIGKILL");
    await sleep(random(300));
    this.component.launch();
  }

  async #endServer(how: "kill" | "stop"): Promise<void> {
    this.gate.close();
    this.#ledger.kill();
    if (how === "kill") {
      this.#kills.server += 1;
      await this.server.kill();
    } else {
      this.#kills.stops += 1;
      await this.server.halt();
    }
    await sleep(random(300));
    await this.server.restart();
    await this.#welcome();
  }

  /** Logs the users in, and then lets the component in. */
  async #welcome(): Promise<void> {
    await Promise.all([...RECEIVERS, ...WATCHING].map((username) => this.#logIn(username)));
    await this.gate.open();
  }

  /** Logs a user in, with several attempts, because a newly started server may close connections. */
  async #logIn(username: string): Promise<void> {
    const { clientPort, host } = this.server;
    this.#streams.get(username)?.close();
    const account = { username, host, password: PASSWORD };
    const stanza = (received: Element): void => {
      if (received.name !== "message" || received.attrs.type === "error") return;
      const copied = find(received, "message");
      this.#ledger.arrive(copied === undefined ? (received.attrs.id ?? "") : copyOf(copied.attrs.id ?? ""));
    };
    for (let left = LOGINS; ; left--) {
      try {
        const stream = await StrictStream.user(clientPort, account, { stanza, closed: () => undefined });
        this.#streams.set(username, stream);
        await stream.appear(CARBONS);
        return;
      } catch (error) {
        if (left === 0) throw error;
        await sleep(100);
      }
    }
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
    const deadline = performance.now() + ARRIVAL_MS;
    while (this.#ledger.owed.size > 0 && performance.now() < deadline) await sleep(20);
    // Messages that arrive during this time are duplicates.
    await sleep(300);
  }
}

/** Returns a random number that is at least 0 and less than `below`. */
function random(below: number): number {
  return Math.random() * below;
}

function shuffled<T>(things: readonly T[]): T[] {
  const places = things.map((thing) => ({ thing, place: Math.random() }));
  return places.sort((a, b) => a.place - b.place).map(({ thing }) => thing);
}
