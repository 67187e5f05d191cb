/**
 * Runs benchmarks one after another, on each server on a stage of its own (stage.ts), and reports: the tables, how to read
 * them, and the machine on which they were measured.
 */
import { spawnSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { withPart } from "../docs/parts.js";
import { Stage, type Benchmark, type StageOptions } from "./stage.js";
import { format, formatBriefly, type Line } from "./table.js";

export interface Measured {
  /** The lines of each benchmark, by its name, of the servers on which it succeeded. */
  readonly lines: Readonly<Record<string, readonly Line[]>>;
  readonly remarks: readonly string[];
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

export function report({ lines, remarks, faults }: Measured, machine: string): string {
  const ratios = "A ratio above 1 is in our favour, for rates and for times alike.";
  return `${format(Object.values(lines).flat())}\n\n${[ratios, ...remarks, ...faults, machine].join("\n")}`;
}

/**
 * Returns a page of the guide with what was measured: in the part "crowds" the benchmark of this name, in "benchmarks"
 * all others. A part whose benchmarks didn't run stays. @throws Error if the page has no such parts
 */
export function inGuide(page: string, { lines, remarks }: Measured, machine: string): string {
  const { crowd = [], ...others } = lines;
  const notes = [...remarks, `Measured on ${machine}.`].join("\n");
  const parts = { benchmarks: formatBriefly(Object.values(others).flat()), crowds: format(crowd) };
  return Object.entries(parts)
    .filter(([name]) => (name === "crowds" ? crowd.length : Object.keys(others).length) > 0)
    .reduce((text, [name, table]) => withPart(text, name, `${table}\n\n${notes}`), page);
}

/** Returns, for example, "2 × Some CPU, 8 GB; Node v20.19.0, ejabberd 24.12, Prosody 13.0.1". */
export function machine(): string {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const query = ["-W", "-f=${Package} ${Version}\n", "ejabberd", "prosody"];
  const installed = String(spawnSync("dpkg-query", query).stdout);
  const servers = installed.replace("prosody", "Prosody").match(/^\w+ [\d.]+/gm) ?? [];
  const programs = [`Node ${process.version}`, ...servers];
  return `${cores.length} × ${cores[0]?.model.trim() ?? "?"}, ${memory} GB; ${programs.join(", ")}`;
}
