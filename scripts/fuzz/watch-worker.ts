/**
 * Asks the component for its health again and again, in a thread of its own, so that it isn't the asker who is slow;
 * and notes the most memory that the component's process has held.
 */
import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { parentPort, workerData } from "node:worker_threads";

export interface Watched {
  readonly port: number;
  readonly pid: number;
}

export interface Sighting {
  /** The longest answer since the last sighting, in milliseconds. */
  readonly longest: number;
  /** The most memory that the process held, in bytes. */
  readonly memory: number;
}

const EVERY_MS = 20;
const MEMORY_EVERY_MS = 100;
const { port, pid } = workerData as Watched;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let longest = 0;
let memory = 0;
let asked: number | undefined;

setInterval(() => {
  memory = Math.max(memory, memoryOf(pid));
}, MEMORY_EVERY_MS);
setInterval(() => {
  if (asked === undefined) ask();
  else longest = Math.max(longest, performance.now() - asked);
}, EVERY_MS);

parentPort?.on("message", () => {
  const sighting: Sighting = { longest, memory: Math.max(memory, memoryOf(pid)) };
  longest = 0;
  memory = 0;
  parentPort?.postMessage(sighting);
});

function ask(): void {
  const at = performance.now();
  asked = at;
  const done = (): void => {
    longest = Math.max(longest, performance.now() - at);
    asked = undefined;
  };
  get({ port, host: "127.0.0.1", path: "/healthz", agent }, (response) =>
    response.resume().once("end", done),
  ).once("error", () => {
    asked = undefined;
  });
}

/** Resident memory; works on Linux only. */
function memoryOf(process: number): number {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${process}/status`, "latin1")) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
