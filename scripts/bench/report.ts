/** The report of a run: the tables, how to read them, and the machine on which they were measured. */
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { withPart } from "../docs/parts.js";
import type { Measured } from "./run.js";
import { format, formatBriefly } from "./table.js";

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
  const programs = [
    `Node ${process.version}`,
    `ejabberd ${versionOf("ejabberd")}`,
    `Prosody ${versionOf("prosody")}`,
  ];
  return `${cores.length} × ${cores[0]?.model.trim() ?? "?"}, ${memory} GB; ${programs.join(", ")}`;
}

/** Returns the version of an installed Debian package. */
function versionOf(name: string): string {
  try {
    const printed = execFileSync("dpkg-query", ["-W", "-f=${Version}", name], { stdio: "pipe" });
    return /[\d.]+/.exec(printed.toString())?.[0] ?? "?";
  } catch {
    return "?";
  }
}
