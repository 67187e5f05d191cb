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

/**
 * Writes a line a round: when it ended (milliseconds since 1970), its processor time, and how long it neither ran nor
 * waited for a processor, which is the disk's time; in ms.
 */
function watch(notes: number): void {
  const clock = openSync(`/proc/self/task/${process.pid}/schedstat`, "r");
  const buffer = Buffer.alloc(128);
  /** Milliseconds on a processor, and waiting for one. */
  const times = (): [number, number] => {
    const length = readSync(clock, buffer, 0, buffer.length, 0);
    const [ran = 0, waited = 0] = buffer.toString("latin1", 0, length).split(" ").map(Number);
    return [ran / 1e6, waited / 1e6];
  };
  let before = times();
  let wall = performance.now();
  setInterval(() => {
    const [ran, waited] = times();
    const took = ran - before[0];
    const blocked = performance.now() - wall - took - (waited - before[1]) - TICK_MS;
    if (took >= LEAST_MS || blocked >= LEAST_MS)
      writeSync(notes, `${Date.now()} ${took.toFixed(1)} ${blocked.toFixed(1)}\n`);
    before = times();
    wall = performance.now();
  }, TICK_MS).unref();
}
