/** Reads the CPU time and memory of other processes from Linux's /proc. */
import { readFileSync } from "node:fs";

/** Clock ticks per second in /proc/PID/stat; 100 on every current Linux system (sysconf(_SC_CLK_TCK)). */
const TICKS_PER_SECOND = 100;

/** Returns how much CPU time all threads of a process have used so far, in seconds; see proc_pid_stat(5). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the program's name in parentheses, which may contain spaces and parentheses. utime is field 14,
  // stime field 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Returns how much memory a process occupies (VmRSS), in megabytes of 10^6 bytes. */
export function residentMegabytes(pid: number): number {
  const kibibytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (Number(kibibytes) * 1024) / 1e6;
}
