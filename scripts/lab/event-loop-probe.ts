/**
 * Loaded into the component by `node --import`: notes each round of the event loop that took long, in processor time of
 * the main thread, so that other processes of a busy machine aren't blamed on it; on other systems than Linux in wall
 * time.
 */
import { openSync, readSync, writeSync } from "node:fs";

const TICK_MS = 1;
/** Shorter rounds aren't noted. */
const LEAST_MS = 10;

const file = process.env.EVENT_LOOP_NOTES;
if (file !== undefined) watch(openSync(file, "a"));

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
