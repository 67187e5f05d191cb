/**
 * Notes each round of the component's event loop that took long; loaded by `node --import`. It measures processor time of
 * the main thread, so that other processes of a busy machine don't count; on other systems than Linux wall time.
 */
import { openSync, readSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

const TICK_MS = 1;
/** Shorter rounds aren't noted. */
const LEAST_MS = 10;

/** Beside the configuration, which is the last argument. */
const file = join(dirname(process.argv.at(-1) ?? ""), "event-loop");
watch(openSync(file, "a"));

/** Writes the duration of each long round, one a line; in milliseconds. */
function watch(notes: number): void {
  const clock = processorClock() ?? (() => performance.now());
  let before = clock();
  setInterval(() => {
    const took = clock() - before;
    if (took >= LEAST_MS) writeSync(notes, `${took.toFixed(1)}\n`);
    before = clock();
  }, TICK_MS).unref();
}

/** Milliseconds that the main thread has been on a processor. */
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
