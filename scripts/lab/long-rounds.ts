/** Reads the long rounds of a component's event loop, which event-loop-probe.ts records. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ComponentProcess } from "./component-process.js";

/** The options for Node that make a component record its long rounds. */
export const PROBED = ["--import", new URL("./event-loop-probe.js", import.meta.url).href];

export class LongRounds {
  #seen = 0;

  constructor(private readonly component: ComponentProcess) {}

  /** Returns the durations of the long rounds that ended since the last call, in milliseconds. */
  take(): readonly number[] {
    const all = readFileSync(join(this.component.folder, "event-loop"), "latin1")
      .split("\n")
      .slice(0, -1)
      .map(Number);
    return all.slice(this.#seen, (this.#seen = all.length));
  }
}
