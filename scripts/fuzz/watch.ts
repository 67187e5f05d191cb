/** Watches the component's process while it is fuzzed: how long it keeps others waiting, and how much memory it holds. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Sighting, Watched } from "./watch-worker.js";

export class Watch {
  readonly #worker: Worker;
  longest = 0;
  memory = 0;

  constructor(watched: Watched) {
    this.#worker = new Worker(new URL("./watch-worker.js", import.meta.url), { workerData: watched });
  }

  /** What was seen since the last look. */
  async look(): Promise<Sighting> {
    const answer = once(this.#worker, "message") as Promise<[Sighting]>;
    this.#worker.postMessage("look");
    const [sighting] = await answer;
    this.longest = Math.max(this.longest, sighting.longest);
    this.memory = Math.max(this.memory, sighting.memory);
    return sighting;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
