/**
 * Proves on a real server that nothing accepted is lost: senders call the component over HTTP, while the component
 * and the server are killed (kill -9) in turn, at random instants, and started again.
 *
 * What can be proved, and how:
 * - `ret: true` promises that the server will be made to route the message; what a server that is killed held in its
 *   own memory then is beyond the component. So a message must not be called lost because the server, having routed
 *   it, died before it wrote it to the receiver's socket. Nor may such messages be guessed at and excused.
 *   Therefore the server is first frozen at a random instant (SIGSTOP). What the component knows to be routed is then
 *   what it has accepted and no longer holds in its queue on disk; once that has all reached the receiver, the server
 *   is killed as it stands, with whatever was under way in its sockets and its memory. If it hasn't, the server goes
 *   on for some milliseconds and is frozen again. The component is never paused, and nothing needs excusing: every
 *   accepted message must arrive.
 * - The receiver is a component of its own: it is told everything that is routed to its domain, where a user's
 *   client would depend on the server's offline storage. The server bounces what comes before the receiver is back,
 *   so the component is let at a restarted server only then (gate.ts).
 * - The component is killed without any care: what it knew is on its disk.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase, type Database } from "../../storage/database.js";
import { DeadLetters } from "../../storage/dead-letters.js";
import { ComponentProcess } from "../servers/component-process.js";
import { startServer } from "../servers/create.js";
import type { ServerKind } from "../servers/find.js";
import type { Server } from "../servers/server.js";
import { Gate } from "./gate.js";
import { Ledger, type Verdict } from "./ledger.js";
import { Receiver } from "./receiver.js";
import { Senders } from "./senders.js";

export interface SoakOptions {
  readonly server: ServerKind;
  readonly seconds: number;
  /** Goes on until each side was killed so often, whatever the time. */
  readonly kills: number;
  /** Told of each kill, and of what was accepted and delivered until then. */
  readonly onProgress?: (line: string) => void;
}

export interface SoakResult extends Verdict {
  readonly componentKills: number;
  readonly serverKills: number;
  readonly deadLetters: number;
  readonly seconds: number;
}

const DOMAIN = "conference.qtalk.test.org";
const RECEIVERS = "receivers.test.org";
/** Small enough to be full when the server is away for long: some calls must be refused. */
const QUEUE = 2_000;
const LOOK_MS = 20;
/** What hasn't arrived after so many looks is lost. */
const FREEZES = 100;
const ARRIVAL_MS = 30_000;

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const components = [{ domain: DOMAIN }, { domain: RECEIVERS }];
  const server = await startServer(options.server, {
    components,
    modules: { archive: false, offline: false },
  });
  let stage: Stage | undefined;
  try {
    stage = await Stage.on(server);
    return await stage.play(options);
  } finally {
    await stage?.clear();
    await server.stop();
  }
}

class Stage {
  readonly #ledger: Ledger;
  readonly #receiver: Receiver;
  readonly #db: Database;

  private constructor(
    private readonly server: Server,
    private readonly gate: Gate,
    private readonly component: ComponentProcess,
    { ledger, receiver }: { ledger: Ledger; receiver: Receiver },
  ) {
    this.#ledger = ledger;
    this.#receiver = receiver;
    this.#db = openDatabase(join(component.folder, "qtalk.db"), { readonly: true });
  }

  static async on(server: Server): Promise<Stage> {
    const ledger = new Ledger();
    const gate = await Gate.before(server.component(DOMAIN).port);
    const receiver = new Receiver(server.component(RECEIVERS), (id) => ledger.arrive(id));
    await receiver.connect();
    await gate.open();
    const { password } = server.component(DOMAIN);
    const component = await ComponentProcess.start({
      access: { service: `xmpp://127.0.0.1:${gate.port}`, domain: DOMAIN, password },
      hosts: server.settings.hosts,
      config: { xmpp: { carbons: false }, outbox: { max_stanzas: QUEUE } },
    });
    await component.ready();
    return new Stage(server, gate, component, { ledger, receiver });
  }

  async play({ seconds, kills, onProgress }: SoakOptions): Promise<SoakResult> {
    const started = performance.now();
    const elapsed = (): number => (performance.now() - started) / 1000;
    const senders = new Senders({
      component: this.component,
      ledger: this.#ledger,
      domain: RECEIVERS,
      senders: 8,
      receivers: 3,
    });
    const sending = senders.run();
    let count = 0;
    const killing = async (): Promise<void> => {
      while (elapsed() < seconds || count < 2 * kills) {
        const isServers = count % 2 === 1;
        // A server to which nobody has come back yet isn't worth killing; the component is, whatever it is doing.
        if (isServers) await this.component.ready();
        await sleep(Math.random() * 1_200);
        if (isServers && !(await this.#freeze())) break;
        await (isServers ? this.#killServer() : this.#killComponent());
        count += 1;
        const { accepted, delivered } = this.#ledger;
        const victim = isServers ? this.server.name : "the component";
        onProgress?.(
          `${elapsed().toFixed(1)} s: killed ${victim}; accepted ${accepted}, delivered ${delivered}`,
        );
      }
      senders.stop();
    };
    try {
      await Promise.all([killing(), sending]);
    } catch (error) {
      senders.abort();
      throw error;
    }
    await this.#arrival();
    return {
      ...this.#ledger.verdict(),
      componentKills: Math.ceil(count / 2),
      serverKills: Math.floor(count / 2),
      deadLetters: new DeadLetters(this.#db).list().length,
      seconds: elapsed(),
    };
  }

  async clear(): Promise<void> {
    this.#db.close();
    this.#receiver.close();
    await this.gate.close();
    await this.component.stop();
  }

  async #killComponent(): Promise<void> {
    await this.component.end("SIGKILL");
    await sleep(Math.random() * 300);
    this.component.launch();
  }

  async #killServer(): Promise<void> {
    await Promise.all([this.server.kill(), this.gate.close()]);
    await sleep(Math.random() * 300);
    await this.server.restart();
    await this.#receiver.connect();
    await this.gate.open();
  }

  /**
   * Stops the server's processes where they stand, at an instant at which the receiver has all that is known to be
   * routed; false where no such instant comes.
   */
  async #freeze(): Promise<boolean> {
    const { pid } = this.server;
    if (pid === undefined) throw new Error(`${this.server.name} has ended by itself`);
    for (let count = 0; count < FREEZES; count++) {
      process.kill(-pid, "SIGSTOP");
      await this.#calm();
      const queued = this.#queued();
      // What is routed may be answered only later, as the disk takes its time.
      const isOnTheWay = [...this.#ledger.open].some((id) => !queued.has(id));
      if (!isOnTheWay) return true;
      process.kill(-pid, "SIGCONT");
      await sleep(Math.random() * 10);
    }
    return false;
  }

  /**
   * Until the component has read what the server returned, and has taken off its disk what it so knows to be routed,
   * which it does a little later, and the later the busier the machine.
   */
  async #calm(): Promise<void> {
    for (let count = 0; count < 3; count++) await this.component.get("/healthz");
    while (this.#queued().size !== (await this.#waiting())) await sleep(LOOK_MS);
  }

  /** How many stanzas the component still has to send, or to hear of; NaN where it doesn't say. */
  async #waiting(): Promise<number> {
    const metrics = (await (await this.component.get("/metrics"))?.text()) ?? "";
    return Number(/^qtalk_outbox_stanzas (\d+)$/m.exec(metrics)?.[1]);
  }

  /** The ids in the component's queue on disk. */
  #queued(): ReadonlySet<string> {
    const rows = this.#db.prepare<[], { stanza: string }>("SELECT stanza FROM outbox").all();
    return new Set(rows.map(({ stanza }) => / id="([^"]*)"/.exec(stanza)?.[1] ?? ""));
  }

  /** Until all that was accepted has arrived, or nothing more comes. */
  async #arrival(): Promise<void> {
    const deadline = performance.now() + ARRIVAL_MS;
    while (this.#ledger.owed.size > 0 && performance.now() < deadline) await sleep(20);
    // What comes now should not have come.
    await sleep(300);
  }
}
