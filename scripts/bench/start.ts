/** Benchmark of a restart with an empty database, and of the memory when idle. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ComponentProcess } from "../lab/component-process.js";
import { memoryBytes } from "../lab/processes.js";
import type { Benchmark, Stage } from "./stage.js";
import { alone, UNITS, type Line } from "./table.js";

/** How long Node gets to free memory that only the start needed, in milliseconds. */
const IDLE_MS = 30_000;

export const start: Benchmark = {
  ejabberd: async (stage) => {
    const server = await stage.server("ejabberd", {});
    const component = await stage.component({ access: server.component(), hosts: server.settings.hosts });
    return await restarts(stage, component, "", { seconds: 1, megabytes: 90 });
  },
};

/**
 * Measures a component's restarts and idle memory.
 * @param how text about the start, which is appended to the names of the table's lines
 * @param most the upper limits of a start's duration and of the idle memory
 */
export async function restarts(
  stage: Stage,
  component: ComponentProcess,
  how: string,
  most: { readonly seconds: number; readonly megabytes: number },
): Promise<Line[]> {
  const { seconds } = await stage.inTurn({ seconds: () => restart(component) });
  if (!stage.extent.quick) await sleep(IDLE_MS);
  const megabytes = memoryBytes(component.pid, "VmRSS") / 1e6;
  return [
    alone(`start${how}`, UNITS.seconds, seconds, most.seconds),
    alone(`idle memory${how}`, UNITS.megabytes, [megabytes], most.megabytes),
  ];
}

/** Stops a component and starts it again. @returns the seconds until it serves requests */
export async function restart(component: ComponentProcess): Promise<number> {
  await component.end("SIGTERM");
  const started = performance.now();
  component.launch();
  await component.ready();
  return (performance.now() - started) / 1000;
}
