/** Two builds in turn: the same benchmarks with each, over and over, and how many times better one is than the other. */
import { compare } from "./figures.js";
import type { Measured } from "./report.js";
import { run, type Run, type RunOptions } from "./run.js";
import type { OtherBuild } from "./other-build.js";
import type { Figure, Line } from "./table.js";

/** How often each build has its turn. */
const PASSES = 3;

export interface ComparisonOptions extends RunOptions {
  readonly other: Pick<OtherBuild, "name" | "program">;
}

/** Lines of the common table, in which the peer is the other build. */
export async function compareBuilds({ other, ...options }: ComparisonOptions): Promise<Run> {
  const figures = new Map<string, { ours: Figure[]; theirs: Figure[] }>();
  const runs: Run[] = [];
  const turns = PASSES * 2;
  for (let turn = 0; turn < turns && !options.signal.aborted; turn += 1) {
    // This one, the other, the other, this one, …
    const isOurs = turn % 4 === 0 || turn % 4 === 3;
    const result = await run({
      ...options,
      ...(!isOurs && { program: other.program }),
      progress: {
        update: (done, note) =>
          options.progress.update((100 * options.chosen.length * turn + done) / turns, note),
      },
    });
    runs.push(result);
    note(figures, result, isOurs);
    if (result.faults.length > 0) break;
  }
  const lines = [...figures].flatMap(([work, { ours, theirs }]) => lineOf(work, ours, theirs, other.name));
  return { ...together(runs), lines };
}

function note(
  figures: Map<string, { ours: Figure[]; theirs: Figure[] }>,
  { lines }: Measured,
  isOurs: boolean,
): void {
  // Work is named twice where it is compared with two peers; ours is the same.
  const seen = new Set<string>();
  let head = "";
  for (const { work, figure } of lines) {
    if (!work.startsWith("…")) head = work;
    const name = work === head ? work : `${head} ${work}`;
    if (figure === undefined || seen.has(name)) continue;
    seen.add(name);
    const both = figures.get(name) ?? { ours: [], theirs: [] };
    figures.set(name, both);
    (isOurs ? both.ours : both.theirs).push(figure);
  }
}

function lineOf(work: string, ours: readonly Figure[], theirs: readonly Figure[], name: string): Line[] {
  const unit = ours[0]?.unit;
  if (unit === undefined || ours.length !== theirs.length) return [];
  const values = (figures: readonly Figure[]): number[] => figures.map(({ value }) => value);
  return [compare({ work, unit, ours: values(ours), peer: values(theirs), peerName: name })];
}

function together(runs: readonly Run[]): Omit<Run, "lines"> {
  const seconds: Record<string, number> = {};
  for (const run of runs)
    for (const [name, took] of Object.entries(run.seconds)) seconds[name] = (seconds[name] ?? 0) + took;
  return {
    tables: [],
    remarks: [...new Set(runs.flatMap(({ remarks }) => remarks))],
    faults: runs.flatMap(({ faults }) => faults),
    seconds,
  };
}
