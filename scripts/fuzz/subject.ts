/** The component under test: a process on a private server, with hostile and honest users. */
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GROUPS } from "../../http/endpoint.js";
import { ComponentProcess } from "../lab/component-process.js";
import { createServer } from "../lab/create.js";
import type { ServerKind } from "../lab/find.js";
import { PROBED } from "../lab/long-rounds.js";
import { LOOPBACK } from "../lab/ports.js";
import type { Server } from "../lab/server.js";
import {
  DEN,
  DOMAIN,
  HALL,
  HOST,
  HOSTILE_DOMAIN,
  HOSTILE_USERS,
  hostileName,
  MUC,
  TRAP,
  TRAPPED,
  type Case,
  type Fault,
  type Seen,
  type Step,
} from "./case.js";
import { HONEST, HonestUsers } from "./honest-users.js";
import { HostileUsers } from "./hostile-users.js";
import { faultOfBytes, faultOfCall, faultOfPost, Oracle, type Bounds } from "./oracle.js";

/** How many health checks there are while requests are pipelined, and how long each may take, in milliseconds. */
const HEALTH_CHECKS = 5;
const HEALTH_MS = 2_000;
/** The longest time for a response, in milliseconds. */
const CALL_MS = 60_000;
/** How long a bot may need to speak in the hostile room after it is let in, and for a message there, in milliseconds. */
const INSIDE_MS = 60_000;
const SAID_MS = 20_000;
const LOOK_MS = 100;

export interface SubjectOptions {
  readonly server: ServerKind;
  readonly bounds: Bounds;
}

export class Subject {
  #faults: Fault[] = [];
  /** The paths of the webhooks, by format. */
  readonly #hooks = new Map<string, string>();
  #isTrapUsed = false;

  private constructor(
    readonly server: Server,
    readonly component: ComponentProcess,
    readonly users: { readonly hostile: HostileUsers; readonly honest: HonestUsers },
    readonly oracle: Oracle,
  ) {}

  static async start({ server: kind, bounds }: SubjectOptions, seen: Seen): Promise<Subject> {
    const server = createServer(kind, { components: [{ domain: DOMAIN }, { domain: HOSTILE_DOMAIN }] });
    await server.start();
    try {
      const component = await ComponentProcess.start({
        access: server.component(DOMAIN),
        hosts: [HOST],
        config: { people: { vcard_wait: 0.1 }, http: { also: GROUPS } },
        node: PROBED,
      });
      await component.ready();
      const hostile = await HostileUsers.login(server, seen);
      const users = { hostile, honest: await HonestUsers.login(server, seen) };
      await furnish(component, users);
      const subject = new Subject(server, component, users, new Oracle(component, bounds, seen));
      await subject.#addHook(TRAPPED, "--to", TRAP, "--title", "Bot", "--format", "text");
      return subject;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  async play({ steps }: Case): Promise<void> {
    for (const step of steps) await this.#do(step);
  }

  /** Waits until everything that was sent has had its effect. @returns the guarantees that were broken */
  async verdict(): Promise<readonly Fault[]> {
    const missing = await this.users.honest.talk(this.component);
    const unanswered = await this.users.hostile.settle();
    const outside = await this.#faultOfTrap();
    const blocks = await this.oracle.faultOfBlocks();
    const unreadable = this.users.hostile.unreadable.splice(0);
    return [
      ...this.#faults.splice(0),
      ...blocks,
      ...unanswered.map((detail): Fault => ({ kind: "unanswered", detail })),
      ...outside,
      ...missing.map((detail): Fault => ({ kind: "not delivered", detail })),
      ...unreadable.map((detail): Fault => ({ kind: "unreadable", detail })),
      ...(await this.oracle.faultsOfProcess()),
    ];
  }

  async stop(): Promise<void> {
    this.users.hostile.leave();
    this.users.honest.leave();
    await this.component.stop();
    await this.server.kill();
    await this.server.stop();
  }

  async #do(step: Step): Promise<void> {
    if (step.do === "call") await this.#call(step);
    else if (step.do === "http") await this.#write(step.bytes);
    else if (step.do === "post") await this.#post(step);
    else if (step.do === "send") this.#send(step);
    else if (step.do === "pipeline") await this.#pipeline(step);
    else if (step.do === "refuse") this.#refuse(step.condition);
    else this.users.hostile.prepare(step);
  }

  #send({ by, stanza, times = 1 }: Extract<Step, { do: "send" }>): void {
    this.oracle.note(stanza);
    for (let count = 0; count < times; count++) this.users.hostile.send(by, stanza);
  }

  async #call({ method, path, body }: Extract<Step, { do: "call" }>): Promise<void> {
    this.oracle.note(path, body ?? "");
    await this.#fetch(path, { method, ...(body !== undefined && { body }) }, (status, text) =>
      faultOfCall(path, status, text),
    );
  }

  async #post({ format, headers, body }: Extract<Step, { do: "post" }>): Promise<void> {
    const path = this.#hooks.get(format) ?? (await this.#addHookOf(format));
    this.oracle.note(body);
    await this.#fetch(path, { method: "POST", headers, body }, (status, text) =>
      faultOfPost(format, status, text),
    );
  }

  async #fetch(
    path: string,
    request: RequestInit,
    judge: (status: number, text: string) => string | undefined,
  ): Promise<void> {
    const url = `http://${LOOPBACK}:${this.component.httpPort}${path}`;
    try {
      const response = await fetch(url, { ...request, signal: AbortSignal.timeout(CALL_MS) });
      this.#note(judge(response.status, await response.text()));
    } catch (error) {
      this.#note(`${request.method ?? ""} ${path.slice(0, 200)}: ${String(error)}`);
    }
  }

  /** Sends raw bytes to the HTTP port, and waits until the component has closed the connection. */
  #write(bytes: string): Promise<void> {
    this.oracle.note(bytes);
    return new Promise((resolve) => {
      let came = "";
      const socket = connect(this.component.httpPort, LOOPBACK, () => socket.end(bytes, "latin1"));
      socket.setEncoding("latin1").on("data", (text: string) => (came += text));
      socket.setTimeout(CALL_MS, () => {
        this.#note(`no end for ${JSON.stringify(bytes)}`);
        socket.destroy();
      });
      socket.on("error", () => undefined);
      socket.once("close", () => {
        this.#note(faultOfBytes(bytes, came));
        resolve();
      });
    });
  }

  /** Sends many requests at once, and asks whether the component is alive meanwhile. */
  async #pipeline({ path, times, isRead }: Extract<Step, { do: "pipeline" }>): Promise<void> {
    const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    this.oracle.note(request.repeat(times));
    const socket = connect(this.component.httpPort, LOOPBACK).on("error", () => undefined);
    if (isRead) socket.resume();
    else socket.pause();
    socket.write(request.repeat(times));
    for (let count = 0; count < HEALTH_CHECKS; count += 1) {
      const asked = performance.now();
      await this.#fetch("/healthz", {}, (status) => (status === 200 ? undefined : `/healthz: ${status}`));
      const ms = Math.round(performance.now() - asked);
      if (ms > HEALTH_MS)
        this.#faults.push({
          kind: "waiting",
          detail: `a health check for ${ms} ms, during ${times} of ${path}`,
        });
    }
    socket.destroy();
  }

  #refuse(condition: string): void {
    this.#isTrapUsed = true;
    this.users.hostile.refuse(condition);
  }

  /** Lets the bot into the hostile room after all that the room did. @returns a fault if it can't speak there */
  async #faultOfTrap(): Promise<readonly Fault[]> {
    if (!this.#isTrapUsed) return [];
    this.#isTrapUsed = false;
    let state = "";
    const deadline = performance.now() + INSIDE_MS;
    while (performance.now() < deadline) {
      await this.users.hostile.admit();
      await this.component.command("bot", "enter", TRAPPED, TRAP).catch(() => undefined);
      state = await this.#saidInTrap();
      if (state === "confirmed") {
        this.oracle.seen.saidInTrap += 1;
        return [];
      }
    }
    return [{ kind: "not inside", detail: `the bot's last message in the hostile room: ${state}` }];
  }

  /** Posts to the hostile room. @returns the message's state, or the response if the post is refused */
  async #saidInTrap(): Promise<string> {
    const url = `http://${LOOPBACK}:${this.component.httpPort}${this.#hooks.get(TRAPPED) ?? ""}`;
    const response = await fetch(url, { method: "POST", body: "x", signal: AbortSignal.timeout(CALL_MS) });
    const answer = await response.text();
    if (!response.ok) return answer;
    const { message_id: id } = JSON.parse(answer) as { readonly message_id: string };
    let state = "queued";
    for (const start = performance.now(); state === "queued" && performance.now() - start < SAID_MS;) {
      const status = await (await fetch(`${url}/messages/${id}`)).json();
      ({ state } = status as { readonly state: string });
      await sleep(LOOK_MS);
    }
    return state;
  }

  async #addHookOf(format: string): Promise<string> {
    const template = join(this.component.folder, "template.liquid");
    writeFileSync(template, "{{ payload.service }} {{ payload | json }}");
    const own = format === "template" ? ["--template", template] : [];
    return await this.#addHook(format, "--to", DEN, "--format", format, ...own);
  }

  /** Adds a webhook. @returns the path of its URL */
  async #addHook(format: string, ...options: readonly string[]): Promise<string> {
    const name = format === TRAPPED ? TRAPPED : `from-${format}`;
    const printed = await this.component.command("hook", "add", name, "--rate", "1000", ...options);
    const path = new URL(/^http\S+/m.exec(printed)?.[0] ?? "").pathname;
    this.#hooks.set(format, path);
    return path;
  }

  #note(detail: string | undefined): void {
    if (detail !== undefined) this.#faults.push({ kind: "answer", detail });
  }
}

/** Creates the rooms DEN and HALL, and lets the users enter. */
async function furnish(component: ComponentProcess, { hostile, honest }: Subject["users"]): Promise<void> {
  const names = Array.from({ length: HOSTILE_USERS }, (_, index) => hostileName(index));
  await makeRoom(component, DEN, hostileName(0), names);
  await makeRoom(component, HALL, HONEST[0], [HONEST[1], ...names.slice(0, HOSTILE_USERS / 2)]);
  await honest.enter();
  for (const [by, name] of names.entries())
    hostile.send(by, `<presence to='${DEN}/${name}'><x xmlns='${MUC}'/></presence>`);
}

/** Creates a room with members through the HTTP interface. @throws Error if the component refuses */
async function makeRoom(
  component: ComponentProcess,
  room: string,
  owner: string,
  members: readonly string[],
): Promise<void> {
  const [muc_id, muc_domain] = room.split("@");
  const actor = { muc_id, muc_domain, muc_owner: owner, muc_owner_host: HOST, system: "fuzz" };
  for (const [endpoint, body] of [
    ["create_muc", actor],
    ["add_muc_user", { ...actor, muc_member: members }],
  ] as const) {
    const answer = await (await component.post(endpoint, body)).text();
    if (!answer.startsWith('{"ret":true')) throw new Error(`${endpoint} was answered ${answer}`);
  }
}
