/** A server that was away: how long from the moment it listens again until the link to it is up. */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { SERVER_NAMES, type ServerKind } from "../lab/find.js";
import { LOOPBACK } from "../lab/ports.js";
import type { Server } from "../lab/server.js";
import type { ComponentProcess } from "../lab/component-process.js";
import type { Benchmark } from "./benchmark.js";
import { alone, SECONDS } from "./figures.js";
import type { Stage } from "./stage.js";
import type { Line } from "./table.js";

const LIMIT_SECONDS = 1.5;
/** Seconds that the server is away; a longer outage comes once, as pauses that grow would have grown by then. */
const OUTAGES = { short: 1, long: 70, quick: 3 };
const RETRY_MS = 5;

async function listens(port: number): Promise<void> {
  while (!(await accepts(port))) await sleep(RETRY_MS);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    const settle = (isAccepted: boolean): void => {
      socket.destroy();
      resolve(isAccepted);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}

/** Kills the server and starts it again after so many seconds. @returns seconds from listening to the link */
async function outage(server: Server, component: ComponentProcess, seconds: number): Promise<number> {
  await server.kill();
  await component.until(async () => (await component.get("/readyz"))?.status === 503, "told of the outage");
  await sleep(seconds * 1000);
  const restarted = server.restart();
  await listens(server.component().port);
  const since = performance.now();
  await component.ready();
  const taken = (performance.now() - since) / 1000;
  await restarted;
  return taken;
}

async function onServer(stage: Stage, kind: ServerKind): Promise<Line[]> {
  const server = await stage.server(kind, { modules: { archive: false, offline: false } });
  const component = await stage.component({ access: server.component(), hosts: server.settings.hosts });
  const { short } = await stage.inTurn({ short: () => outage(server, component, OUTAGES.short) }, 3);
  const seconds = stage.extent.quick ? OUTAGES.quick : OUTAGES.long;
  const long = await outage(server, component, seconds);
  const work = (away: number): string => `${SERVER_NAMES[kind]} listens to link up, ${away} s away`;
  return [
    alone(work(OUTAGES.short), SECONDS, short, LIMIT_SECONDS),
    alone(work(seconds), SECONDS, [long], LIMIT_SECONDS),
  ];
}

export const reconnects: Benchmark = {
  name: "reconnects",
  about: "from a server's listening again to the link's being up, after outages of different lengths",
  async run(stage) {
    stage.expectPhases(2);
    const lines: Line[] = [];
    for (const kind of ["ejabberd", "prosody"] as const) lines.push(...(await onServer(stage, kind)));
    return lines;
  },
};
