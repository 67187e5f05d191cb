/** What other processes cost, as Linux counts it. */
import { readFileSync } from "node:fs";

/** Of /proc/PID/stat: the same on every Linux machine of today (sysconf(_SC_CLK_TCK)). */
const TICKS_PER_SECOND = 100;

/** Seconds of CPU time that a process has taken so far, its threads together; `proc_pid_stat(5)`. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the program's name in parentheses, which may hold anything; utime is the 14th, stime the 15th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Megabytes (10^6 bytes) that a process holds in memory. */
export function residentMegabytes(pid: number): number {
  const kibibytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (Number(kibibytes) * 1024) / 1e6;
}
