/**
 * How long the daemon doesn't answer while it does something heavy on a large database: the longest round of its
 * event loop, in its processor's and in the disk's time (stall-probe.ts), and the longest time that a health check
 * waited meanwhile. `node dist/scripts/bench/stalls.js [ROOMS] [WORD]`, 100,000 by default; WORD picks the works that
 * hold it.
 */
import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { ComponentProcess } from "../servers/component-process.js";
import { startServer } from "../servers/create.js";
import { CROWD, fillLarge, HOST } from "./large-database.js";
import { rawComponent } from "./raw.js";
import { drained, STARTING, works, type StallStage, type Work } from "./stall-works.js";
import { format, type Line } from "./table.js";

export interface StallsOptions {
  readonly rooms: number;
  /** Only works whose name holds this. */
  readonly only?: string;
  readonly say: (line: string) => void;
}

const ALLOWED_MS = 10;
const PROBE = new URL("./stall-probe.js", import.meta.url).href;
/** Shorter rounds aren't noted (stall-probe.ts). */
const NOTED_MS = 2;
const SETTLE_MS = 300;

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
    const stage: StallStage = {
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

/** Does it, with a health check asked again and again meanwhile; until all that it sent is routed. */
async function measure(stage: StallStage, work: string, run: Work["run"]): Promise<Line> {
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const only = process.argv[3];
  const lines = await benchStalls({ rooms: Number(process.argv[2] ?? 100_000), ...(only && { only }), say });
  process.stdout.write(`${format(lines)}\n`);
}
