/** A start with nothing on the disk: how long until the component serves, and what it holds in memory then. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ComponentProcess } from "../lab/component-process.js";
import type { Benchmark } from "./benchmark.js";
import { alone, MEGABYTES, SECONDS } from "./figures.js";
import { residentMegabytes } from "./processes.js";
import type { Stage } from "./stage.js";

const START_SECONDS = 1;
const IDLE_MEGABYTES = 90;
/** After which it counts as idle: Node collects the start's garbage when nothing has happened for a while. */
const IDLE_MS = 30_000;

/** Ends it and starts it again. @returns seconds until it serves */
export async function restart(component: ComponentProcess): Promise<number> {
  await component.end("SIGTERM");
  const started = performance.now();
  component.launch();
  await component.ready();
  return (performance.now() - started) / 1000;
}

/** What it holds in memory after it had nothing to do for a while. */
export async function idleMegabytes(stage: Stage, component: ComponentProcess): Promise<number> {
  if (!stage.extent.quick) await sleep(IDLE_MS);
  return residentMegabytes(component.pid);
}

export const start: Benchmark = {
  name: "start",
  about: "from the start of the process to serving, and memory while idle",
  async run(stage) {
    const server = await stage.server("ejabberd", { modules: { archive: false, offline: false } });
    const component = await stage.component({ access: server.component(), hosts: server.settings.hosts });
    const { starts } = await stage.inTurn({ starts: () => restart(component) });
    const memory = await idleMegabytes(stage, component);
    return [
      alone("start to serving", SECONDS, starts, START_SECONDS),
      alone("memory after half a minute idle", MEGABYTES, [memory], IDLE_MEGABYTES),
    ];
  },
};
