/** Asks a component for its health again and again, in a thread whose clock no work of the attacker's delays. */
import { parentPort, workerData } from "node:worker_threads";
import { setTimeout as sleep } from "node:timers/promises";

/** The pause between two health checks, in milliseconds. */
const PAUSE_MS = 20;

const url = workerData as string;
let slowest = 0;
/** Each message asks for the slowest check since the last message, in milliseconds, the running one included. */
parentPort?.on("message", () => {
  parentPort?.postMessage(Math.max(slowest, performance.now() - asked));
  slowest = 0;
});
let asked = performance.now();
for (;;) {
  asked = performance.now();
  const status = await fetch(url).then(
    async (response) => (await response.arrayBuffer(), response.status),
    () => 0,
  );
  // An unanswered check counts as endless.
  slowest = Math.max(slowest, status === 200 ? performance.now() - asked : Infinity);
  await sleep(PAUSE_MS);
  asked = performance.now();
}
