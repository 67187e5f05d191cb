/** The component under test: a process on a private server, with hostile and honest users. */
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { GROUPS } from "../../http/endpoint.js";
import { ComponentProcess } from "../lab/component-process.js";
import { createServer } from "../lab/create.js";
import type { ServerKind } from "../lab/installed.mjs";
import { IMAGE_HEAP, PROBED } from "../lab/processes.js";
import { freePort, LOOPBACK } from "../lab/ports.js";
import type { Server } from "../lab/private-server.js";
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
import { HostileReceiver } from "./hostile-receiver.js";
import { faultOfAnswer, Oracle, type Bounds } from "./oracle.js";
import { sendMail } from "./smtp.js";

/** How many health checks there are while repeated bytes are sent, and how long each may take, in milliseconds. */
const HEALTH_CHECKS = 5;
const HEALTH_MS = 2_000;
const CALL_MS = 60_000;
/** How many bytes of a refused body a client may send on, at least, before its connection is closed. */
const DISCARDED = 64 * 1024;

export interface SubjectOptions {
  readonly server: ServerKind;
  readonly bounds: Bounds;
}

export class Subject {
  #faults: Fault[] = [];
  readonly #hooks = new Map<string, string>();

  private constructor(
    readonly server: Server,
    readonly component: ComponentProcess,
    readonly users: { readonly hostile: HostileUsers; readonly honest: HonestUsers },
    private readonly around: {
      readonly oracle: Oracle;
      readonly receiver: HostileReceiver;
      readonly smtpPort: number;
    },
  ) {}

  static async start({ server: kind, bounds }: SubjectOptions, seen: Seen): Promise<Subject> {
    const server = createServer(kind, { components: [{ domain: DOMAIN }, { domain: HOSTILE_DOMAIN }] });
    await server.start();
    try {
      const smtpPort = await freePort();
      const component = await ComponentProcess.start({
        access: server.component(DOMAIN),
        hosts: [HOST],
        config: {
          people: { vcard_wait: 0.1 },
          http: { also: GROUPS },
          smtp: { listen: `${LOOPBACK}:${smtpPort}` },
        },
        node: [...PROBED, ...IMAGE_HEAP],
      });
      await component.ready();
      const hostile = await HostileUsers.login(server, seen);
      const users = { hostile, honest: await HonestUsers.login(server, seen) };
      await furnish(component, users);
      const around = {
        oracle: new Oracle(component, bounds, seen),
        receiver: await HostileReceiver.listen(),
        smtpPort,
      };
      const subject = new Subject(server, component, users, around);
      await subject.#addHook(TRAPPED, "--to", TRAP, "--title", "Bot", "--format", "text");
      await component.command(
        "hook",
        "add",
        "events",
        "--deliver-to",
        around.receiver.url,
        "--on",
        "message",
        "--allow-inner",
        LOOPBACK,
      );
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
    const { hostile, honest } = this.users;
    const of = (kind: string, details: readonly string[]) =>
      details.map((detail): Fault => ({ kind, detail }));
    const missing = of("not delivered", await honest.talk(this.component));
    const unanswered = of("unanswered", await hostile.settle());
    const others = [
      ...of("unreadable", hostile.unreadable.splice(0)),
      ...(await this.around.oracle.faults()),
    ];
    return [...this.#faults.splice(0), ...unanswered, ...missing, ...others];
  }

  async stop(): Promise<void> {
    this.users.hostile.leave();
    this.users.honest.leave();
    await this.component.stop();
    await this.around.receiver.close();
    await this.server.kill();
    await this.server.stop();
  }

  async #do(step: Step): Promise<void> {
    const { hostile } = this.users;
    switch (step.do) {
      case "call":
        await this.#fetch(step.path, step.path, {
          method: step.method,
          body: step.body ?? null,
          headers: { "content-type": "application/json" },
        });
        break;
      case "post": {
        const { format, headers, body } = step;
        const path = await this.#hookOf(format);
        await this.#fetch(format, path, { method: "POST", headers, body });
        break;
      }
      case "bytes":
        await this.#write(step);
        break;
      case "mail":
        await this.#mail(step);
        break;
      case "deliver":
        this.around.receiver.prepare(step.start + step.piece.repeat(step.times));
        break;
      case "refuse":
        hostile.refuse(step.condition);
        break;
      case "send":
        this.around.oracle.note(step.stanza);
        for (let count = 0; count < (step.times ?? 1); count++) hostile.send(step.by, step.stanza);
        break;
      case "answer":
        hostile.prepare(step);
    }
  }

  /** Sends a request, and judges the response. @param to the path, or the format of a hook */
  async #fetch(
    to: string,
    path: string,
    request: { method: string; body: string | null; headers?: Readonly<Record<string, string>> },
  ): Promise<void> {
    this.around.oracle.note(path + (request.body ?? ""));
    const fault = await fetch(`http://${LOOPBACK}:${this.component.httpPort}${path}`, {
      ...request,
      signal: AbortSignal.timeout(CALL_MS),
    })
      .then(async (response) => faultOfAnswer(to, response.status, await response.text()))
      .catch((error: unknown) =>
        isCutOff(error, request.body ?? "")
          ? undefined
          : `${request.method} ${path.slice(0, 200)}: ${String(error)}, ${causeOf(error)}`,
      );
    if (fault !== undefined) this.#faults.push({ kind: "answer", detail: fault });
  }

  /** Sends raw bytes, and asks whether the component is alive meanwhile. */
  async #write({ to, start, piece, times, isRead }: Extract<Step, { do: "bytes" }>): Promise<void> {
    const bytes = start.replace("{hook}", await this.#hookOf("text")) + piece.repeat(times);
    this.around.oracle.note(bytes);
    const socket = connect(to === "mail" ? this.around.smtpPort : this.component.httpPort, LOOPBACK).on(
      "error",
      () => undefined,
    );
    if (isRead) socket.resume();
    socket.write(bytes);
    for (let count = 0; count < (times > 0 ? HEALTH_CHECKS : 1); count += 1) {
      const asked = performance.now();
      const response = await this.component.get("/healthz");
      const ms = Math.round(performance.now() - asked);
      const detail = `a health check: ${response?.status} after ${ms} ms, during ${bytes.slice(0, 500)}`;
      if (response?.status !== 200 || ms > HEALTH_MS) this.#faults.push({ kind: "waiting", detail });
    }
    socket.destroy();
  }

  /** Sends a mail, and judges the last reply. */
  async #mail({ data, isEntitled }: Extract<Step, { do: "mail" }>): Promise<void> {
    this.around.oracle.note(data);
    const [id = "", secret = ""] = (await this.#hookOf("mail")).split("/").slice(-2);
    const to = `${id}+${isEntitled ? secret : "wrong"}@x`;
    const fault = await sendMail(this.around.smtpPort, to, data);
    if (fault !== undefined) this.#faults.push({ kind: "answer", detail: fault });
  }

  /** Returns the path of the hook of a format, which sends to the room DEN. */
  async #hookOf(format: string): Promise<string> {
    return this.#hooks.get(format) ?? (await this.#addHookOf(format));
  }

  async #addHookOf(format: string): Promise<string> {
    const template = join(this.component.folder, "template.liquid");
    writeFileSync(template, "{{ payload.service }} {{ payload | json }}");
    const own = format === "template" ? ["--template", template] : [];
    return await this.#addHook(format, "--to", DEN, "--format", format, ...own);
  }

  async #addHook(format: string, ...options: readonly string[]): Promise<string> {
    const name = format === TRAPPED ? TRAPPED : `from-${format}`;
    const printed = await this.component.command("hook", "add", name, "--rate", "1000", ...options);
    const path = new URL(/^http\S+/m.exec(printed)?.[0] ?? "").pathname;
    this.#hooks.set(format, path);
    return path;
  }
}

/** Whether a client went on with a refused body, whose connection is closed then (http/connection.ts). */
function isCutOff(error: unknown, body: string): boolean {
  return body.length > DISCARDED && /ECONNRESET|EPIPE|UND_ERR_SOCKET/.test(causeOf(error));
}

/** Returns the code of what made fetch() fail. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
}

/** Creates the rooms DEN and HALL, and lets the users enter. @throws Error if the component refuses */
async function furnish(component: ComponentProcess, { hostile, honest }: Subject["users"]): Promise<void> {
  const names = Array.from({ length: HOSTILE_USERS }, (_, index) => hostileName(index));
  const rooms: [room: string, owner: string, members: string[]][] = [
    [DEN, hostileName(0), names],
    [HALL, HONEST[0], [HONEST[1], ...names.slice(0, HOSTILE_USERS / 2)]],
  ];
  for (const [room, muc_owner, muc_member] of rooms) {
    const [muc_id, muc_domain] = room.split("@");
    const body = { muc_id, muc_domain, muc_owner, muc_owner_host: HOST, system: "fuzz", muc_member };
    for (const endpoint of ["create_muc", "add_muc_user"]) {
      const answer = await (await component.post(endpoint, body)).text();
      if (!answer.startsWith('{"ret":true')) throw new Error(`${endpoint} was answered ${answer}`);
    }
  }
  await honest.enter();
  for (const [by, name] of names.entries())
    hostile.send(by, `<presence to='${DEN}/${name}'><x xmlns='${MUC}'/></presence>`);
}
