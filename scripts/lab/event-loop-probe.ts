/**
 * Records long rounds of the component's event loop; loaded by `node --import`.
 * On Linux, rounds are measured in CPU time of the main thread, so that other processes of a busy machine
 * don't count; elsewhere in wall-clock time.
 */
import { openSync, readSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

/** The interval of measurements, in milliseconds. */
const TICK_MS = 1;
/** The shortest round that is recorded, in milliseconds. */
const LEAST_MS = 10;

/** The file for the records, beside the configuration file, which is the last argument. */
const file = join(dirname(process.argv.at(-1) ?? ""), "event-loop");
watch(openSync(file, "a"));

/** Writes the duration of each long round in milliseconds, one per line. */
function watch(notes: number): void {
  const clock = processorClock() ?? (() => performance.now());
  let before = clock();
  setInterval(() => {
    const took = clock() - before;
    if (took >= LEAST_MS) writeSync(notes, `${took.toFixed(1)}\n`);
    before = clock();
  }, TICK_MS).unref();
}

/** Returns a function that reads the main thread's CPU time in milliseconds, on Linux. */
function processorClock(): (() => number) | undefined {
  const buffer = Buffer.alloc(128);
  try {
    const stat = openSync(`/proc/self/task/${process.pid}/schedstat`, "r");
    return () =>
      parseInt(buffer.toString("latin1", 0, readSync(stat, buffer, 0, buffer.length, 0)), 10) / 1e6;
  } catch {
    return undefined;
  }
}
