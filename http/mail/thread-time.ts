/** The processor time of a thread alone: that of the process has the work of all others in it. */
import { readFileSync, readlinkSync } from "node:fs";

/** The unit of times in /proc: 100 ticks per second on every current Linux system. */
const TICK_MS = 10;

/** Names the calling thread for others of the process; undefined where there is no /proc, as on macOS. */
export function ownThread(): string | undefined {
  try {
    return readlinkSync("/proc/thread-self");
  } catch {
    return undefined;
  }
}

/**
 * Returns how much processor time a thread has had, in milliseconds (proc_pid_stat(5)); undefined if it has ended.
 * @param thread by ownThread(); undefined: the whole process, which has the thread's time in it
 */
export function threadMs(thread: string | undefined): number | undefined {
  if (thread === undefined) {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
  try {
    const stat = readFileSync(`/proc/${thread}/stat`, "latin1");
    // The second field, in parentheses, may contain spaces and parentheses. Fields 14 and 15 are the time in user and in kernel mode.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return undefined;
  }
}
