/** What is printed in the end: the table, how to read it, and on what it was measured. */
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { withPart } from "../docs/parts.js";
import { findExecutable } from "../lab/find.js";
import { format, formatTable, type Line, type Table } from "./table.js";

export interface Measured {
  readonly lines: readonly Line[];
  /** Those of benchmarks that have one of their own. */
  readonly tables: readonly Table[];
  readonly remarks: readonly string[];
}

export function report({ lines, tables, remarks }: Measured, machine: string): string {
  const ratios = "A ratio above 1 is in our favour, for rates and for times alike.";
  const notes = [...(lines.length > 0 ? [ratios] : []), ...remarks, machine];
  const all = [...(lines.length > 0 ? [format(lines)] : []), ...tables.map(formatTable), notes.join("\n")];
  return all.join("\n\n");
}

/** "2 × Some CPU, 8 GB; Node v20.19.0, ejabberd 24.12, Prosody 13.0.1" */
export function describeMachine(): string {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const programs = [
    `Node ${process.version}`,
    versionOf("ejabberd", "dpkg-query", ["-W", "-f=${Version}", "ejabberd"]),
    versionOf("Prosody", "dpkg-query", ["-W", "-f=${Version}", "prosody"]),
  ];
  return `${cores.length} × ${cores[0]?.model.trim() ?? "?"}, ${memory} GB; ${programs.join(", ")}`;
}

function versionOf(name: string, command: string, args: readonly string[]): string {
  if (findExecutable(command) === undefined) return name;
  try {
    const printed = execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return `${name} ${/[\d.]+/.exec(printed)?.[0] ?? ""}`.trim();
  } catch {
    return name;
  }
}

/** The guide's page with this report in its place. @throws Error where the place isn't marked */
export function inGuide(page: string, measured: Measured, machine: string): string {
  const notes = [...measured.remarks, `Measured on ${machine}.`].join("\n");
  return withPart(page, "benchmarks", `${format(measured.lines)}\n\n${notes}`);
}
