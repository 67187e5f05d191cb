/** Runs benchmarks one after another, on each server on a stage of its own (stage.ts). */
import { Stage, type Benchmark, type StageOptions } from "./stage.js";
import type { Line } from "./table.js";

export interface Measured {
  /** The lines of each benchmark, by its name, of the servers on which it succeeded. */
  readonly lines: Readonly<Record<string, readonly Line[]>>;
  /** Notes that are printed below the table. */
  readonly remarks: readonly string[];
  /** What failed, where and why. */
  readonly faults: readonly string[];
}

/** @param note called with a line of text when a benchmark has ended on a server, or has failed */
export async function run(
  chosen: Readonly<Record<string, Benchmark>>,
  options: StageOptions,
  note: (line: string) => unknown,
): Promise<Measured> {
  const lines: Record<string, readonly Line[]> = {};
  const remarks = new Set<string>();
  const faults: string[] = [];
  const all = Object.entries(chosen).flatMap(([name, benchmark]) =>
    Object.entries(benchmark).map(([server, measure]) => ({ name, server, measure })),
  );
  for (const { name, server, measure } of all) {
    const started = performance.now();
    const fail = (error: unknown): void => {
      faults.push(`${name} on ${server} failed: ${error instanceof Error ? error.message : String(error)}`);
      note(faults.at(-1) ?? "");
    };
    const stage = new Stage(options);
    try {
      lines[name] = [...(lines[name] ?? []), ...(await measure(stage))];
      for (const remark of stage.remarks) remarks.add(remark);
    } catch (error) {
      fail(error);
    } finally {
      await stage.close().catch(fail);
    }
    note(`${name} on ${server} took ${Math.round((performance.now() - started) / 1000)} s`);
  }
  return { lines, remarks: [...remarks], faults };
}
