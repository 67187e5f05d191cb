/** The rounds of a daemon's event loop, as stall-probe.ts notes them. */
import { readFileSync } from "node:fs";
import type { Stage } from "./stage.js";

const PROBE = new URL("./stall-probe.js", import.meta.url).href;
/** Shorter rounds aren't noted. */
const NOTED_MS = 2;

/** Of the processes started from here on until the benchmark ends, the rounds are noted in this file. */
export function probe(stage: Stage, file: string): void {
  const before = process.env.NODE_OPTIONS;
  // The probe is loaded where STALLS_FILE is seen.
  process.env.NODE_OPTIONS = `${before ?? ""} --import ${PROBE}`;
  process.env.STALLS_FILE = file;
  stage.atEnd(() => {
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
    delete process.env.STALLS_FILE;
  });
}

/** The longest round of the event loop that ended since then: on a processor, and waiting for the disk; in ms. */
export function longestSince(since: number): { cpu: number; disk: number } {
  const rounds = readFileSync(process.env.STALLS_FILE ?? "", "utf8")
    .split("\n")
    .map((line) => line.split(" ").map(Number))
    .filter(([at = 0]) => at >= since);
  return {
    cpu: Math.max(0, ...rounds.map(([, cpu = 0]) => cpu)),
    disk: Math.max(0, ...rounds.map(([, , disk = 0]) => disk)),
  };
}

/** As a cell of a table. */
export function shownRound(ms: number): string {
  return ms < NOTED_MS ? `< ${NOTED_MS} ms` : `${ms.toFixed(1)} ms`;
}
