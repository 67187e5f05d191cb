/** The report of a run: the table, how to read it, and the machine on which it was measured. */
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { withPart } from "../docs/parts.js";
import { crowdTable, type CrowdRow } from "./crowd-table.js";
import type { Measured } from "./run.js";
import { format, formatBriefly } from "./table.js";

type Report = Pick<Measured, "lines" | "remarks">;

export function report({ lines, remarks }: Report, machine: string): string {
  const ratios = "A ratio above 1 is in our favour, for rates and for times alike.";
  return `${format(lines)}\n\n${[ratios, ...remarks, machine].join("\n")}`;
}

/** Returns a page of the guide with the report. @throws Error if the page has no marked part for the report */
export function inGuide(page: string, { lines, remarks }: Report, machine: string): string {
  const notes = [...remarks, `Measured on ${machine}.`].join("\n");
  return withPart(page, "benchmarks", `${formatBriefly(lines)}\n\n${notes}`);
}

/** Returns a page of the guide with the table of the crowd benchmark. @throws Error if it has no marked part for it */
export function crowdsInGuide(page: string, rows: readonly CrowdRow[], machine: string): string {
  return withPart(page, "crowds", `${crowdTable(rows)} Measured on ${machine}.`);
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
