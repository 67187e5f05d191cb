/** Runs benchmarks one after another, each on its own stage (stage.ts). */
import { Stage, type Benchmark, type StageOptions } from "./stage.js";
import type { Line } from "./table.js";

export interface Measured {
  /** The lines of each benchmark that succeeded, by its name. */
  readonly lines: Readonly<Record<string, readonly Line[]>>;
  /** Notes that are printed below the table. */
  readonly remarks: readonly string[];
  /** Error messages of failed benchmarks. */
  readonly faults: readonly string[];
}

export interface RunOptions extends StageOptions {
  /** Called with a line of text for each benchmark that has ended or failed. */
  readonly note: (line: string) => unknown;
}

export async function run(
  chosen: Readonly<Record<string, Benchmark>>,
  options: RunOptions,
): Promise<Measured> {
  const lines: Record<string, readonly Line[]> = {};
  const remarks = new Set<string>();
  const faults: string[] = [];
  for (const [name, benchmark] of Object.entries(chosen)) {
    const started = performance.now();
    const fail = (error: unknown): void => {
      faults.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      options.note(faults.at(-1) ?? "");
    };
    const stage = new Stage(options);
    try {
      lines[name] = await benchmark(stage);
      for (const remark of stage.remarks) remarks.add(remark);
    } catch (error) {
      fail(error);
    } finally {
      await stage.close().catch(fail);
    }
    options.note(`${name} took ${Math.round((performance.now() - started) / 1000)} s`);
  }
  return { lines, remarks: [...remarks], faults };
}
