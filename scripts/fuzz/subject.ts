/**
 * What is fuzzed: the component in a process of its own, as operators run it, on a private server; with those who do
 * the worst they can, and with honest users who must notice nothing.
 */
import { connect } from "node:net";
import { GROUPS } from "../../http/endpoint.js";
import { ComponentProcess } from "../lab/component-process.js";
import { createServer } from "../lab/create.js";
import type { ServerKind } from "../lab/find.js";
import { LOOPBACK } from "../lab/ports.js";
import type { Server } from "../lab/server.js";
import {
  DEN,
  DOMAIN,
  HOST,
  HOSTILE_DOMAIN,
  HOSTILE_USERS,
  hostileName,
  type Case,
  type Step,
} from "./case.js";
import { faultOfAnswer, faultOfBytes } from "./answers.js";
import { HostileParty } from "./party.js";
import { roomCall } from "./rooms.js";
import { Watch } from "./watch.js";
import { Witnesses } from "./witnesses.js";

/** A promise that was not kept. */
export interface Fault {
  readonly kind:
    | "stream closed"
    | "not delivered"
    | "unanswered"
    | "answer"
    | "log"
    | "ended"
    | "unreadable"
    | "slow"
    | "memory";
  readonly detail: string;
}

export interface Seen {
  /** The longest that anybody waited for a health check, in milliseconds. */
  readonly longest: number;
  /** The most memory, in bytes. */
  readonly memory: number;
  /** The longest that an honest message took to arrive, in milliseconds. */
  readonly slowest: number;
  /** How often servers closed the streams of the hostile themselves. */
  readonly closedOfTheirs: number;
}

export interface Bounds {
  /** The longest that anybody may wait for a health check, in milliseconds. */
  readonly wait: number;
  /** The most memory of the process, in bytes. */
  readonly memory: number;
}

/**
 * After so long without a stanza for any of the hostile nothing more will come; milliseconds. While it does, answers
 * may wait behind floods of their own: Prosody took six minutes to hand out 130 MB.
 */
const ANSWER_MS = 35_000;
const CALL_MS = 30_000;
const LOOK_MS = 5;
/** What the log must not hold. */
const INTERNAL = /could not be handled|internal|\n {4}at |UnhandledPromise/;

export class Subject {
  #party: HostileParty;
  #witnesses: Witnesses;
  #watch: Watch;
  #faults: Fault[] = [];
  #connects = 1;
  #logAt = 0;

  private constructor(
    readonly server: Server,
    readonly component: ComponentProcess,
    private readonly bounds: Bounds,
    present: { readonly party: HostileParty; readonly witnesses: Witnesses },
  ) {
    this.#party = present.party;
    this.#witnesses = present.witnesses;
    this.#watch = new Watch({ port: component.httpPort, pid: component.pid });
  }

  static async start(kind: ServerKind, bounds: Bounds): Promise<Subject> {
    const server = createServer(kind, { components: [{ domain: DOMAIN }, { domain: HOSTILE_DOMAIN }] });
    await server.start();
    try {
      const config = { people: { vcard_wait: 0.1 }, http: { also: GROUPS } };
      const component = await ComponentProcess.start({
        access: server.component(DOMAIN),
        hosts: [HOST],
        config,
      });
      await component.ready();
      const [party, witnesses] = [await HostileParty.gather(server), await Witnesses.login(server)];
      const subject = new Subject(server, component, bounds, { party, witnesses });
      await subject.#furnish();
      return subject;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** What was seen so far. */
  get seen(): Seen {
    const { longest, memory } = this.#watch;
    return { longest, memory, slowest: this.#witnesses.slowest, closedOfTheirs: this.#party.closed };
  }

  /** Does what a case says. */
  async play({ steps }: Case): Promise<void> {
    for (const step of steps) await this.#do(step);
  }

  /** Waits until all that was sent has had its effect, and says what was not as it should be. */
  async verdict(): Promise<readonly Fault[]> {
    await this.#party.comeBack();
    this.#party.ask();
    const missing = await this.#witnesses.talk(this.component);
    const asked = performance.now();
    const isQuiet = (): boolean => performance.now() - Math.max(asked, this.#party.heardAt) > ANSWER_MS;
    while (this.#party.unanswered.length > 0 && !isQuiet()) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    this.#party.leaveWhereMute();
    const faults = [
      ...this.#faults.splice(0),
      ...missing.map((detail): Fault => ({ kind: "not delivered", detail })),
      ...this.#party.unanswered.map((detail): Fault => ({ kind: "unanswered", detail })),
      ...this.#party.unreadable.map((detail): Fault => ({ kind: "unreadable", detail })),
      ...(await this.#faultsOfProcess()),
    ];
    this.#party.forget();
    return faults;
  }

  async stop(): Promise<void> {
    this.#party.leave();
    this.#witnesses.leave();
    await this.#watch.stop();
    await this.component.stop();
    await this.server.kill();
    await this.server.stop();
  }

  /** The rooms, and everybody in them. */
  async #furnish(): Promise<void> {
    const others = Array.from({ length: HOSTILE_USERS - 1 }, (_, index) => hostileName(index + 1));
    await roomCall(this.component, "create_muc", { room: DEN, owner: hostileName(0) });
    await roomCall(this.component, "add_muc_user", {
      ...{ room: DEN, owner: hostileName(0) },
      members: others,
    });
    await this.#witnesses.enter(this.component);
    for (let by = 0; by < HOSTILE_USERS; by++) {
      this.#party.send(
        by,
        `<presence to='${DEN}/${hostileName(by)}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
      );
    }
  }

  async #do(step: Step): Promise<void> {
    switch (step.do) {
      case "call":
        await this.#call(step);
        return;
      case "http":
        await this.#write(step.bytes);
        return;
      case "send":
        for (let count = 0; count < (step.times ?? 1); count++) this.#party.send(step.by, step.stanza);
        return;
      case "answer":
        this.#party.prepare(step.by, step);
    }
  }

  async #call({ method, path, body }: Extract<Step, { do: "call" }>): Promise<void> {
    const url = `http://${LOOPBACK}:${this.component.httpPort}${path}`;
    try {
      const response = await fetch(url, {
        method,
        ...(body !== undefined && { body }),
        signal: AbortSignal.timeout(CALL_MS),
      });
      this.#note("answer", faultOfAnswer(path, response.status, await response.text()));
    } catch (error) {
      this.#note("answer", `${method} ${path.slice(0, 200)}: ${String(error)}`);
    }
  }

  /** Resolves when the interface has closed the connection, as it must. */
  #write(bytes: string): Promise<void> {
    return new Promise((resolve) => {
      let came = "";
      const socket = connect(this.component.httpPort, LOOPBACK, () => socket.end(bytes, "latin1"));
      socket.setEncoding("latin1").on("data", (text: string) => (came += text));
      socket.setTimeout(CALL_MS, () => {
        this.#note("answer", `no end for ${JSON.stringify(bytes)}`);
        socket.destroy();
      });
      socket.on("error", () => undefined);
      socket.once("close", () => {
        this.#note("answer", faultOfBytes(bytes, came));
        resolve();
      });
    });
  }

  #note(kind: Fault["kind"], detail: string | undefined): void {
    if (detail !== undefined) this.#faults.push({ kind, detail });
  }

  async #faultsOfProcess(): Promise<Fault[]> {
    const faults: Fault[] = [];
    const metrics = await (await this.component.get("/metrics"))?.text();
    if (metrics === undefined) faults.push({ kind: "ended", detail: this.component.log.slice(-4_000) });
    const connects = Number(/^qtalk_link_connects_total (\d+)$/m.exec(metrics ?? "")?.[1] ?? this.#connects);
    if (connects > this.#connects) {
      faults.push({ kind: "stream closed", detail: `${connects - this.#connects} times: ${this.#newLog()}` });
      this.#connects = connects;
    }
    const log = this.#newLog();
    this.#logAt = this.component.log.length;
    if (INTERNAL.test(log)) faults.push({ kind: "log", detail: log.slice(0, 4_000) });
    const { longest, memory } = await this.#watch.look();
    if (longest > this.bounds.wait) faults.push({ kind: "slow", detail: `${Math.round(longest)} ms` });
    if (memory > this.bounds.memory)
      faults.push({ kind: "memory", detail: `${Math.round(memory / 1e6)} MB` });
    return faults;
  }

  #newLog(): string {
    return this.component.log.slice(this.#logAt);
  }
}
