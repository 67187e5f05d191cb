/** A start with nothing on the disk: how long until the component serves, and what it holds in memory then. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ComponentProcess } from "../servers/component-process.js";
import type { Benchmark } from "./benchmark.js";
import { alone, MEGABYTES, SECONDS } from "./figures.js";
import { residentMegabytes } from "./processes.js";

const START_SECONDS = 1;
const IDLE_MEGABYTES = 90;
/** After which it counts as idle. */
const SETTLE_MS = 2_000;

export interface Started {
  readonly seconds: number;
  readonly megabytes: number;
}

/** Ends it and starts it again. */
export async function restart(component: ComponentProcess): Promise<Started> {
  await component.end("SIGTERM");
  const started = performance.now();
  component.launch();
  await component.ready();
  const seconds = (performance.now() - started) / 1000;
  await sleep(SETTLE_MS);
  return { seconds, megabytes: residentMegabytes(component.pid) };
}

export const start: Benchmark = {
  name: "start",
  about: "from the start of the process to serving, and memory while idle",
  async run(stage) {
    const server = await stage.server("ejabberd", { modules: { archive: false, offline: false } });
    const component = await stage.component({ access: server.component(), hosts: server.settings.hosts });
    const { starts } = await stage.inTurn({ starts: () => restart(component) });
    return [
      alone(
        "start to serving",
        SECONDS,
        starts.map(({ seconds }) => seconds),
        START_SECONDS,
      ),
      alone(
        "memory, idle",
        MEGABYTES,
        starts.map(({ megabytes }) => megabytes),
        IDLE_MEGABYTES,
      ),
    ];
  },
};
