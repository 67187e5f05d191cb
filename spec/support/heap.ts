/** Measures what stays in memory. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Returns by how many bytes the heap is larger after work, when garbage is collected. */
export function heapAfter(work: () => unknown): number {
  collect();
  const before = process.memoryUsage().heapUsed;
  // Keeps what the work returns until it was measured.
  const kept = work();
  collect();
  const after = process.memoryUsage().heapUsed;
  return kept === collect ? NaN : after - before;
}
