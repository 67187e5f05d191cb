/**
 * The soak test, which shows on a real server that no accepted message is lost. Senders call the component over HTTP
 * while component and server are killed (kill -9), stopped and started again at random times. Receivers are ordinary
 * clients. Some senders also have a client, for copies of their messages. Servers handle messages to offline users in
 * different ways, so the component reaches a restarted server only after all users have logged in again (gate.ts).
 * Every accepted message must arrive, without exceptions. Beside them, a program posts to a hook whose events are delivered, and
 * an operator changes what can be changed meanwhile (operator.ts).
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Element } from "../../component/xml/builder.js";
import { ComponentProcess } from "../lab/component-process.js";
import { createServer } from "../lab/create.js";
import type { ServerKind } from "../lab/installed.mjs";
import { Gate } from "../lab/gate.js";
import type { Server } from "../lab/private-server.js";
import { find } from "../lab/stanza-reader.js";
import { StrictStream } from "../lab/strict-stream.js";
import { Ledger } from "./ledger.js";
import { Operator } from "./operator.js";
import { copyOf, sendFrom } from "./senders.js";

const random = (below: number): number => Math.random() * below;

export interface SoakOptions {
  readonly server: ServerKind;
  readonly seconds: number;
  /** The minimum number of blows (see BLOWS), even if they take longer than `seconds`. */
  readonly blows: number;
  /** The time between most blows, in milliseconds: from `calm` to three times as long; 3,000 by default. */
  readonly calm?: number;
  readonly onProgress?: (line: string) => void;
}

/**
 * What is killed or stopped. "replaying": the component, while it resends what a killed server may have lost.
 * All of them happen in random order, repeatedly.
 */
const BLOWS = ["component", "server", "component", "server", "stop", "twice", "replaying"] as const;

const DOMAIN = "conference.qtalk.test.org";
const PASSWORD = "soak";
const RECEIVERS = ["receiver0", "receiver1", "receiver2"];
const SENDERS = Array.from({ length: 8 }, (_, index) => `sender${index}`);
const WATCHING = SENDERS.slice(0, 2);
/** outbox.max_stanzas: so small that the queue fills up in a long outage, to test refused requests. */
const MAX_QUEUED = 5_000;
const ARRIVAL_MS = 120_000;
/** Asks for copies of what the user's other sessions send (XEP-0280). */
const CARBONS = "<iq type='set' id='carbons'><enable xmlns='urn:xmpp:carbons:2'/></iq>";
const LOGINS = 5;

/** Runs the test. @returns what the ledger counted, the numbers of blows, commands and dead letters, and the seconds */
export async function soak(options: SoakOptions) {
  const modules = { archive: false, offline: false };
  const server = createServer(options.server, { components: [{ domain: DOMAIN }], modules });
  let stage: Stage | undefined;
  try {
    await server.start();
    await server.addAccounts(
      ...[...RECEIVERS, ...WATCHING].map((username) => ({ username, password: PASSWORD })),
    );
    const { port, domain, password } = server.component(DOMAIN);
    const gate = await Gate.before(port);
    const component = await ComponentProcess.start({
      access: { service: gate.service, domain, password },
      hosts: server.settings.hosts,
      config: { outbox: { max_stanzas: MAX_QUEUED } },
    });
    stage = new Stage(server, gate, component);
    return await stage.play(options);
  } finally {
    await stage?.clear();
    await server.stop();
  }
}

class Stage {
  readonly #ledger = new Ledger();
  readonly #kills = { componentKills: 0, serverKills: 0, serverStops: 0 };
  readonly #streams = new Map<string, StrictStream>();
  #operator: Operator | undefined;

  constructor(
    private readonly server: Server,
    private readonly gate: Gate,
    private readonly component: ComponentProcess,
  ) {}

  async play({ seconds, blows, calm = 3_000, onProgress }: SoakOptions) {
    await this.#welcome();
    await this.component.ready();
    const owner = `${RECEIVERS[0] ?? ""}@${this.server.host}`;
    const operator = (this.#operator = await Operator.arrange(this.component, this.#ledger, {
      owner,
      domain: DOMAIN,
    }));
    const started = performance.now();
    const elapsed = (): number => (performance.now() - started) / 1000;
    const [over, givenUp] = [new AbortController(), new AbortController()];
    const traffic = {
      component: this.component,
      ledger: this.#ledger,
      receivers: RECEIVERS.map((name) => `${name}@${this.server.host}`),
      watching: WATCHING,
      over: over.signal,
      givenUp: givenUp.signal,
    };
    const striking = async (): Promise<void> => {
      let next: (typeof BLOWS)[number][] = [];
      for (let count = 0; elapsed() < seconds || count < blows; count++) {
        if (next.length === 0) next = BLOWS.toSorted(() => Math.random() - 0.5);
        const blow = next.pop() ?? "component";
        // Some blows come within the time of outbox.keep after the last one, others when everything works
        // again.
        await sleep(Math.random() < 0.3 ? random(1_000) : calm + random(2 * calm));
        await this.#strike(blow);
        const { accepted, delivered } = this.#ledger.figures();
        onProgress?.(`${elapsed().toFixed(1)} s: ${blow}; accepted ${accepted}, delivered ${delivered}`);
      }
      over.abort();
    };
    try {
      await Promise.all([
        striking(),
        operator.work(traffic),
        operator.post(traffic),
        operator.speak(traffic),
        ...SENDERS.map((sender) => sendFrom(sender, traffic)),
      ]);
    } catch (error) {
      over.abort();
      givenUp.abort();
      throw error;
    }
    await this.component.ready();
    await operator.check();
    await this.#arrival();
    const deadLetters = await this.component.metric("qtalk_outbox_dead_letters");
    const { commands } = operator;
    for (const line of this.#ledger.unexplained) onProgress?.(line);
    return { ...this.#kills, commands, ...this.#ledger.figures(), deadLetters, seconds: elapsed() };
  }

  async clear(): Promise<void> {
    this.#operator?.close();
    for (const stream of this.#streams.values()) stream.close();
    this.gate.end();
    await this.component.stop();
  }

  async #strike(blow: (typeof BLOWS)[number]): Promise<void> {
    if (blow === "component") {
      await this.#killComponent();
      return;
    }
    // The server is only killed when the component is connected to it; the component is killed in any state.
    await this.component.ready();
    await this.#endServer(blow === "stop");
    if (blow === "twice") {
      await this.component.ready();
      await sleep(random(1_500));
      await this.#endServer(false);
    }
    if (blow === "replaying") {
      await sleep(random(600));
      await this.#killComponent();
    }
  }

  async #killComponent(): Promise<void> {
    this.#kills.componentKills += 1;
    this.#ledger.kill();
    await this.component.end("SIGKILL");
    await sleep(random(300));
    this.component.launch();
  }

  async #endServer(isCleanly: boolean): Promise<void> {
    this.gate.close();
    this.#ledger.kill();
    this.#kills[isCleanly ? "serverStops" : "serverKills"] += 1;
    await (isCleanly ? this.server.halt() : this.server.kill());
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

  async #arrival(): Promise<void> {
    const deadline = performance.now() + ARRIVAL_MS;
    while (this.#ledger.figures().lost > 0 && performance.now() < deadline) await sleep(100);
    // Messages that arrive during this time are duplicates.
    await sleep(300);
  }
}
