/**
 * How long the daemon doesn't answer while it does something heavy on a large database: the longest round of its
 * event loop, in its processor's and in the disk's time (stall-probe.ts), and the longest time that a health check waited meanwhile.
 * `node dist/scripts/bench/stalls.js [ROOMS] [WORD]`, 100,000 by default; WORD picks the works that hold it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../../storage/database.js";
import { ComponentProcess } from "../servers/component-process.js";
import { startServer } from "../servers/create.js";
import { CROWD, fillLarge, HOST, SIZES, session } from "./large-database.js";
import { rawComponent } from "./raw.js";
import { format, type Line } from "./table.js";

export interface StallsOptions {
  readonly rooms: number;
  /** Only works whose name holds this. */
  readonly only?: string;
  readonly say: (line: string) => void;
}

const ALLOWED_MS = 10;
const PROGRAM = fileURLToPath(new URL("../qtalk-component.js", import.meta.url));
const PROBE = new URL("./stall-probe.js", import.meta.url).href;
/** Shorter rounds aren't noted (stall-probe.ts). */
const NOTED_MS = 2;
const SETTLE_MS = 300;

interface Stage {
  readonly component: ComponentProcess;
  readonly domain: string;
  /** Posts a call, which must succeed. */
  readonly call: (endpoint: string, body: object) => Promise<void>;
  /** Writes as the crowd, and waits until its stream says this. */
  readonly ask: (stanza: string, until: string) => Promise<void>;
}

interface Work {
  readonly name: string;
  readonly run: (stage: Stage) => Promise<void>;
}

/** One line a work; the peer's column is what is allowed. */
export async function benchStalls({ rooms, only = "", say }: StallsOptions): Promise<Line[]> {
  const server = await startServer("ejabberd", {
    components: [{ domain: `conference.${HOST}` }, { domain: CROWD }],
    modules: { archive: false, offline: false },
  });
  const before = process.env.NODE_OPTIONS;
  const component = await ComponentProcess.start({
    access: server.component(),
    hosts: server.settings.hosts,
    config: {
      log: { level: "warn" },
      rooms: { create: "anyone", max_occupants: 100_000, messages_per_second: 1e6, joins_per_second: 1e6 },
    },
  });
  const lines: Line[] = [];
  try {
    await component.ready();
    await component.end("SIGTERM");
    say(`filling a database with ${rooms} rooms`);
    fillLarge(join(component.folder, "qtalk.db"), rooms);
    process.env.NODE_OPTIONS = `${before ?? ""} --import ${PROBE}`;
    process.env.STALLS_FILE = join(component.folder, "stalls");
    const { port, password } = server.component(CROWD);
    const crowd = new Crowd(await rawComponent(port, CROWD, password));
    const stage: Stage = {
      component,
      domain: server.component().domain,
      call: async (endpoint, body) => {
        const answer = await (await component.post(endpoint, body)).text();
        if (!answer.startsWith('{"ret":true')) throw new Error(`${endpoint} was answered ${answer}`);
      },
      ask: (stanza, until) => crowd.ask(stanza, until),
    };
    for (const { name, run } of [STARTING, ...works(stage.domain, rooms)]) {
      if (name !== STARTING.name && !name.includes(only)) continue;
      const line = await measure(stage, name, run);
      say(`${name}: ${line.ours}`);
      lines.push(line);
    }
    crowd.leave();
  } finally {
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
    delete process.env.STALLS_FILE;
    await component.stop();
    await server.stop();
  }
  return lines;
}

const STARTING: Work = {
  name: "started with many rows queued",
  run: async ({ component }) => {
    component.launch();
    await component.ready();
    await drained(component);
  },
};

function works(domain: string, rooms: number): Work[] {
  const { members, occupants } = SIZES;
  const big = `big@${domain}`;
  const me = session(0);
  const call = (name: string, endpoint: string, body: object): Work => ({
    name,
    run: (stage) => stage.call(endpoint, body),
  });
  const done = (name: string, [endpoint, body]: [string, object], left: string): Work => ({
    name,
    run: async (stage) => {
      await stage.call(endpoint, body);
      await gone(join(stage.component.folder, "qtalk.db"), left);
    },
  });
  const asked = (name: string, stanza: (id: string) => string): Work => ({
    name,
    run: ({ ask }) => ask(stanza("asked"), `id='asked'`),
  });
  const many = (count: number, of = "new"): string[] => Array.from({ length: count }, (_, n) => `${of}-${n}`);
  const room = (muc_id: string) => ({ muc_id, muc_domain: domain, muc_owner: "boss" });
  const items = (set: string) => (id: string) =>
    `<iq from='${me}' to='${domain}' type='get' id='${id}'><query xmlns='http://jabber.org/protocol/disco#items'>${set}</query></iq>`;
  const rsm = (inside: string): string => `<set xmlns='http://jabber.org/protocol/rsm'>${inside}</set>`;
  const mam =
    (inside: string, to = `long@${domain}`) =>
    (id: string): string =>
      `<iq from='${me}' to='${to}' type='set' id='${id}'><query xmlns='urn:xmpp:mam:2'>${inside}</query></iq>`;
  const field = (name: string, value: string): string =>
    `<field var='${name}'><value>${value}</value></field>`;
  const form = (...fields: string[]): string =>
    `<x xmlns='jabber:x:data' type='submit'>${field("FORM_TYPE", "urn:xmpp:mam:2")}${fields.join("")}</x>`;
  const text = "x".repeat(7 * 1024 * 1024);
  return [
    call("created", "create_muc", room("made")),
    call(`muc_users of ${members} members, loaded`, "muc_users", room("big")),
    call(`muc_users of ${members} members, again`, "muc_users", room("big")),
    {
      name: `${members} members added`,
      run: async (stage) => {
        await stage.call("create_muc", room("made"));
        await stage.call("add_muc_user", { ...room("made"), muc_member: many(members) });
      },
    },
    call(`${members} members removed`, "del_muc_user", { ...room("made"), muc_member: many(members) }),
    {
      name: `entering a room of ${occupants} occupants`,
      run: ({ ask }) =>
        ask(
          `<presence from='${session(occupants + 1)}' to='${big}/late'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
          "<subject",
        ),
    },
    call(`said to ${occupants} occupants and ${members} members`, "send_message", {
      From: "boss",
      To: [{ User: "big" }],
      Body: "hello",
      Type: "groupchat",
      Domain: domain,
    }),
    call("said again", "send_message", {
      From: "boss",
      To: [{ User: "big" }],
      Body: "hello again",
      Type: "groupchat",
      Domain: domain,
    }),
    asked("disco#items of the service", items("")),
    asked(
      "disco#items, a page of 100 in the middle",
      items(rsm(`<max>100</max><after>room-5@${domain}</after>`)),
    ),
    asked("a room's disco#items", (id) => items("")(id).replace(`to='${domain}'`, `to='${big}'`)),
    asked(
      "a room's list of members",
      (id) =>
        `<iq from='${me}' to='${big}' type='get' id='${id}'><query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='member'/></query></iq>`,
    ),
    asked("the archive's first page", mam(rsm("<max>250</max>"))),
    asked("the archive's last page", mam(rsm("<max>250</max><before/>"))),
    asked("the archive, of somebody who said nothing", mam(form(field("with", `long@${domain}/silent`)))),
    asked("the archive, of one who spoke once", mam(form(field("with", `long@${domain}/once`)))),
    asked("the archive, since its middle", mam(form(field("start", new Date(SIZES.middle).toISOString())))),
    call("a message to 10,000 users", "send_message", {
      From: "boss",
      To: many(10_000).map((User) => ({ User })),
      Body: "hello",
      Host: HOST,
      Domain: CROWD,
    }),
    call("a notification to 100,000 users", "send_notify", {
      from: `boss@${HOST}`,
      to: Array.from({ length: 100_000 }, (_, n) => `user-${n}@${CROWD}`),
      category: "1",
      data: "online",
    }),
    {
      name: "a body of 7 MiB",
      run: async ({ component }) => {
        await (
          await component.post("send_notify", { from: `boss@${HOST}`, to: ["a"], category: "1", data: text })
        ).text();
      },
    },
    {
      name: "metrics read",
      run: async ({ component }) => {
        await (await component.get("/metrics"))?.text();
      },
    },
    {
      name: "SIGHUP",
      run: ({ component }) => {
        process.kill(component.pid, "SIGHUP");
        return sleep(SETTLE_MS);
      },
    },
    {
      name: "a backup, while messages are sent",
      run: async (stage) => {
        const { component, call: post } = stage;
        const child = spawn(
          process.execPath,
          [PROGRAM, "backup", join(component.folder, "copy"), "--force", "--config", component.configFile],
          { stdio: "ignore", env: { PATH: process.env.PATH } },
        );
        const ended = once(child, "exit");
        while (child.exitCode === null)
          await post("send_message", {
            From: "boss",
            To: [{ User: "a" }],
            Body: "hello",
            Host: HOST,
            Domain: CROWD,
          });
        await ended;
      },
    },
    call(`destroyed: ${members} members, ${occupants} occupants`, "destroy_muc", room("big")),
    done(
      `destroyed: ${SIZES.messages} messages`,
      ["destroy_muc", room("long")],
      `SELECT 1 FROM archive WHERE room = ${rooms + 2} LIMIT 1`,
    ),
    ...["clerk", "boss"].map((user) =>
      done(
        `clear_staff of one in ${rooms} rooms: ${user}`,
        ["clear_staff", { users: [user], host: HOST }],
        `SELECT 1 FROM affiliations WHERE jid = '${user}@${HOST}' LIMIT 1`,
      ),
    ),
  ];
}

/** Does it, with a health check asked again and again meanwhile; until all that it sent is routed. */
async function measure(stage: Stage, work: string, run: Work["run"]): Promise<Line> {
  const { component } = stage;
  const isStart = work === STARTING.name;
  const health = new Health(component.httpPort);
  const running = isStart ? undefined : health.ask();
  let since = Date.now();
  const started = performance.now();
  if (isStart)
    void component
      .until(async () => (await component.get("/healthz")) !== undefined, "listening")
      .then(() => {
        since = Date.now();
      });
  await run(stage);
  const took = performance.now() - started;
  await sleep(SETTLE_MS);
  await drained(component);
  health.stop();
  await running;
  const { cpu, disk } = longestSince(since);
  const waited = isStart ? "" : `, waited ${health.longest.toFixed(0)} ms`;
  return {
    work,
    ours: `${shown(cpu)} ms, disk ${shown(disk)} ms (took ${took.toFixed(0)} ms${waited})`,
    peer: `${ALLOWED_MS} ms`,
    ratio: ALLOWED_MS / Math.max(cpu, disk, NOTED_MS),
    target: 1,
  };
}

/** The longest round of the event loop that ended since then: on a processor, and waiting for the disk; in ms. */
function longestSince(since: number): { cpu: number; disk: number } {
  const rounds = readFileSync(process.env.STALLS_FILE ?? "", "utf8")
    .split("\n")
    .map((line) => line.split(" ").map(Number))
    .filter(([at = 0]) => at >= since);
  return {
    cpu: Math.max(0, ...rounds.map(([, cpu = 0]) => cpu)),
    disk: Math.max(0, ...rounds.map(([, , disk = 0]) => disk)),
  };
}

function shown(ms: number): string {
  return ms < NOTED_MS ? `< ${NOTED_MS}` : ms.toFixed(1);
}

/** Asks whether the daemon is well over one connection, again and again. */
class Health {
  longest = 0;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #isStopped = false;

  constructor(readonly port: number) {}

  async ask(): Promise<void> {
    while (!this.#isStopped) {
      const started = performance.now();
      await new Promise<void>((resolve, reject) => {
        get({ host: "127.0.0.1", port: this.port, path: "/healthz", agent: this.#agent }, (response) => {
          response.resume().once("end", resolve);
        }).once("error", reject);
      });
      this.longest = Math.max(this.longest, performance.now() - started);
      await sleep(1);
    }
    this.#agent.destroy();
  }

  stop(): void {
    this.#isStopped = true;
  }
}

/** The users of a bare component, who hear all and keep nothing. */
class Crowd {
  readonly #socket: Socket;
  #tail = "";
  #wanted: { text: string; resolve: () => void } | undefined;

  constructor(socket: Socket) {
    this.#socket = socket.on("data", (chunk: string) => this.#take(chunk));
  }

  async ask(stanza: string, until: string): Promise<void> {
    const heard = new Promise<void>((resolve) => {
      this.#wanted = { text: until, resolve };
    });
    this.#socket.write(stanza);
    await heard;
  }

  leave(): void {
    this.#socket.destroy();
  }

  #take(chunk: string): void {
    if (this.#wanted === undefined) return;
    const { text, resolve } = this.#wanted;
    const all = this.#tail + chunk;
    this.#tail = all.slice(-text.length);
    if (!all.includes(text)) return;
    this.#wanted = undefined;
    this.#tail = "";
    resolve();
  }
}

/** Waits until the database has no such row any more. */
async function gone(file: string, row: string): Promise<void> {
  const db = openDatabase(file, { readonly: true });
  const statement = db.prepare(row);
  while (statement.get() !== undefined) await sleep(20);
  db.close();
}

async function drained(component: ComponentProcess): Promise<void> {
  while ((await metric(component, "qtalk_outbox_stanzas")) > 0) await sleep(50);
}

async function metric(component: ComponentProcess, name: string): Promise<number> {
  const text = (await (await component.get("/metrics"))?.text()) ?? "";
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1] ?? NaN);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const only = process.argv[3];
  const lines = await benchStalls({ rooms: Number(process.argv[2] ?? 100_000), ...(only && { only }), say });
  process.stdout.write(`${format(lines)}\n`);
}
