/** Looks at processes: whether they run, their CPU time and memory from Linux's /proc, and long rounds of a component's event loop. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ComponentProcess } from "./component-process.js";

/** The unit of times in /proc: 100 ticks per second on every current Linux system (sysconf(_SC_CLK_TCK)). */
const TICKS_PER_SECOND = 100;

/** Returns the CPU time of all threads of a process, in seconds; see proc_pid_stat(5). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field, in parentheses, may contain spaces and parentheses. utime is field 14, stime field 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Returns whether a process runs: one that ended, and that its parent hasn't asked about yet (a zombie), doesn't. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Returns the memory that a process occupies, in bytes: now (VmRSS), or at most so far (VmHWM). */
export function memoryBytes(pid: number, field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) * 1024;
}

/** The options for Node that make a component record its long rounds. */
export const PROBED = ["--import", new URL("./event-loop-probe.js", import.meta.url).href];

/** The options of the container's image: the limits of the heap (scripts/packaging/container/Containerfile). */
export const IMAGE_HEAP = ["--max-old-space-size=96", "--max-semi-space-size=4"];

/** Reads the long rounds, which event-loop-probe.ts records. */
export class LongRounds {
  #seen = 0;

  constructor(private readonly component: ComponentProcess) {}

  /** Returns the durations of the long rounds that ended since the last call, in milliseconds. */
  take(): readonly number[] {
    const all = readFileSync(join(this.component.folder, "event-loop"), "latin1")
      .split("\n")
      .slice(0, -1)
      .map(Number);
    return all.slice(this.#seen, (this.#seen = all.length));
  }
}
