/** Runs benchmarks one after another, each on a stage of its own that is cleared after it, whatever happens. */
import type { Progress } from "../import/progress.js";
import type { Benchmark } from "./benchmark.js";
import type { Extent } from "./extent.js";
import { MovedIn } from "./moved-in.js";
import type { Measured } from "./report.js";
import { Stage } from "./stage.js";
import type { Line, Table } from "./table.js";

export interface Run extends Measured {
  /** What went wrong, a sentence a benchmark. */
  readonly faults: readonly string[];
  /** How long each benchmark took. */
  readonly seconds: Readonly<Record<string, number>>;
}

export interface RunOptions {
  readonly chosen: readonly Benchmark[];
  readonly extent: Extent;
  /** The command line's program whose component is measured; that of this build where left out. */
  readonly program?: string;
  /** Of 100 for each benchmark. */
  readonly progress: Pick<Progress, "update">;
  /** Ends the run early, with an Error as its reason. */
  readonly signal: AbortSignal;
}

/** The longest that a benchmark takes by itself; rounds and seconds that were asked for come on top. */
const MOST_MS = 240_000;

export async function run({ chosen, extent, program, progress, signal }: RunOptions): Promise<Run> {
  const lines: Line[] = [];
  const tables: Table[] = [];
  const remarks: string[] = [];
  const faults: string[] = [];
  const seconds: Record<string, number> = {};
  const movedIn = new MovedIn();
  try {
    for (const [index, benchmark] of chosen.entries()) {
      if (signal.aborted) break;
      const started = performance.now();
      const stage = new Stage({
        ...{ extent, movedIn, program },
        tell: (done, doing) => progress.update(100 * (index + done), `${benchmark.name}: ${doing}`),
      });
      try {
        stage.tell(0, "starting");
        const result = await inTime(benchmark.run(stage), extent, signal);
        if ("headings" in result) tables.push(result);
        else lines.push(...result);
        remarks.push(...stage.remarks);
      } catch (error) {
        faults.push(`${benchmark.name}: ${sentenceOf(error)}`);
      } finally {
        await stage.close().catch((error: unknown) => faults.push(`${benchmark.name}: ${sentenceOf(error)}`));
        seconds[benchmark.name] = (performance.now() - started) / 1000;
      }
    }
  } finally {
    movedIn.close();
  }
  return { lines, tables, remarks: [...new Set(remarks)], faults, seconds };
}

/** What is still running when it gives up fails by itself, as its servers are taken away. */
async function inTime<T>(work: Promise<T>, { rounds, seconds }: Extent, signal: AbortSignal): Promise<T> {
  const most = MOST_MS + rounds * seconds * 10_000;
  let giveUp: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${most / 1000} seconds`)), most);
    giveUp = () => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp);
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, ended]);
  } finally {
    clearTimeout(timer);
    if (giveUp !== undefined) signal.removeEventListener("abort", giveUp);
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
