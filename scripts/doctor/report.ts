import { remediesFor, type KnownServer, type Remedies } from "../../component/link/server-lines.js";
import type { Finding } from "./finding.js";

export const MARKS = { fine: "✔", wrong: "✘", doubtful: "!", untried: "–" } as const;
const COLOURS = { fine: 32, wrong: 31, doubtful: 33, untried: 90 } as const;

/** Formats a finding: mark, text, configuration lines. If the server is unknown, lines for both servers are shown. */
export function linesOf(finding: Finding, colour: boolean): string {
  const mark = MARKS[finding.state];
  const painted = colour ? `\x1b[${COLOURS[finding.state]}m${mark}\x1b[0m` : mark;
  const lines = [`${painted} ${finding.text}`];
  for (const item of finding.todo)
    lines.push(...(typeof item === "string" ? [`    ${item}`] : remedyLines(item, finding.server)));
  return `${lines.join("\n")}\n`;
}

function remedyLines(remedies: Remedies, server: KnownServer | undefined): string[] {
  if (server === "another") return remedies.another === undefined ? [] : [`    ${remedies.another}`];
  return remediesFor(remedies, server).flatMap(({ file, where, lines }) => [
    `    In ${file}, ${where}:`,
    ...lines.map((line) => `        ${line}`),
  ]);
}
