/**
 * Loaded into the daemon by `node --import` where its stalls are measured: notes each round of the event loop that
 * took long, in the processor's time of the main thread alone, so that what else the machine does doesn't count.
 * Works on Linux only.
 */
import { openSync, readSync, writeSync } from "node:fs";

const TICK_MS = 1;
/** Shorter rounds aren't noted. */
const LEAST_MS = 2;

const file = process.env.STALLS_FILE;
if (file !== undefined) watch(openSync(file, "a"));

/** Writes a line a round: when it ended (milliseconds since 1970), its processor time and its duration, in ms. */
function watch(notes: number): void {
  const clock = openSync(`/proc/self/task/${process.pid}/schedstat`, "r");
  const buffer = Buffer.alloc(128);
  const used = (): number => {
    const length = readSync(clock, buffer, 0, buffer.length, 0);
    return Number(buffer.toString("latin1", 0, length).split(" ")[0]) / 1e6;
  };
  let cpu = used();
  let wall = performance.now();
  setInterval(() => {
    const took = used() - cpu;
    const lasted = performance.now() - wall;
    if (took >= LEAST_MS) writeSync(notes, `${Date.now()} ${took.toFixed(1)} ${lasted.toFixed(1)}\n`);
    cpu = used();
    wall = performance.now();
  }, TICK_MS).unref();
}
