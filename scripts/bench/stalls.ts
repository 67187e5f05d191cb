/**
 * How long the daemon doesn't answer while it does something heavy on a large database: the longest round of its
 * event loop, in its processor's and in the disk's time (stall-probe.ts), and the longest time that a health check
 * waited meanwhile.
 */
import type { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Benchmark } from "./benchmark.js";
import { whole } from "./figures.js";
import { CROWD, fillLarge, HOST } from "./large-database.js";
import { Health } from "./health.js";
import { rawComponent } from "./raw.js";
import { longestSince, probe, shownRound } from "./rounds.js";
import type { Stage } from "./stage.js";
import { drained, STARTING, works, type StallStage, type Work } from "./stall-works.js";

const ROOMS = 100_000;
const QUICK_ROOMS = 1_000;
const ALLOWED_MS = 10;
const SETTLE_MS = 300;

export const stalls: Benchmark = {
  name: "stalls",
  about: "heavy works among 100,000 rooms: the longest time for which the component does nothing else",
  isAside: true,
  async run(stage) {
    const rooms = stage.extent.quick ? QUICK_ROOMS : ROOMS;
    const set = await build(stage, rooms);
    const all = [STARTING, ...works(set.domain, rooms)];
    const rows: string[][] = [];
    for (const [i, { name, run }] of all.entries()) {
      stage.tell(i / all.length, name);
      rows.push([name, ...(await measure(set, name, run))]);
    }
    const headings = ["work", "longest round", "disk", "health check", "whole work", `≤ ${ALLOWED_MS} ms`];
    return { headings, rows };
  },
};

/** The daemon on a large database, with the probe in it, ended for now; and those whom it speaks to. */
async function build(stage: Stage, rooms: number): Promise<StallStage> {
  const server = await stage.server("ejabberd", {
    components: [{ domain: `conference.${HOST}` }, { domain: CROWD }],
    modules: { archive: false, offline: false },
  });
  const limits = { max_occupants: 100_000, messages_per_second: 1e6, presences_per_second: 1e6 };
  const { domain } = server.component();
  const component = await stage.component({
    access: server.component(),
    hosts: server.settings.hosts,
    config: { rooms: { create: "anyone", ...limits } },
  });
  await component.end("SIGTERM");
  stage.tell(0, `filling a database with ${whole(rooms)} rooms`);
  fillLarge(join(component.folder, "qtalk.db"), rooms);
  probe(stage, join(component.folder, "stalls"));
  const { port, password } = server.component(CROWD);
  const crowd = new Crowd(await rawComponent(port, CROWD, password));
  stage.atEnd(() => crowd.leave());
  return {
    component,
    domain,
    call: async (endpoint, body) => {
      const answer = await (await component.post(endpoint, body)).text();
      if (!answer.startsWith('{"ret":true')) throw new Error(`${endpoint} was answered ${answer}`);
    },
    ask: (stanza, until) => crowd.ask(stanza, until),
  };
}

/**
 * Does it, with a health check asked again and again meanwhile; until all that it sent is routed.
 * @returns the cells after the work's name
 */
async function measure(stage: StallStage, work: string, run: Work["run"]): Promise<string[]> {
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
  const waited = isStart ? "" : `${health.longest.toFixed(0)} ms`;
  const isShort = Math.max(cpu, disk) <= ALLOWED_MS;
  return [shownRound(cpu), shownRound(disk), waited, `${whole(took)} ms`, isShort ? "yes" : "no"];
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
