/** Findings for people to read: a tick a step, and for what is wrong the exact lines to change. */
import type { Finding, KnownServer, Remedies, ServerName } from "./finding.js";

export const MARKS = { fine: "✔", wrong: "✘", doubtful: "!", untried: "–" } as const;
const COLOURS = { fine: 32, wrong: 31, doubtful: 33, untried: 90 } as const;
const FILES: Readonly<Record<ServerName, string>> = { ejabberd: "ejabberd.yml", prosody: "prosody.cfg.lua" };

/** @param server whose lines to show; those of all where it isn't known, and none of another's */
export function linesOf(finding: Finding, server: KnownServer | undefined, colour: boolean): string {
  const mark = MARKS[finding.state];
  const painted = colour ? `\x1b[${COLOURS[finding.state]}m${mark}\x1b[0m` : mark;
  const lines = [`${painted} ${finding.text}`];
  for (const item of finding.todo)
    lines.push(...(typeof item === "string" ? [`    ${item}`] : remedyLines(item, server)));
  return `${lines.join("\n")}\n`;
}

function remedyLines(remedies: Remedies, server: KnownServer | undefined): string[] {
  if (server === "another") return remedies.another === undefined ? [] : [`    ${remedies.another}`];
  return (["ejabberd", "prosody"] as const).flatMap((name) => {
    const remedy = remedies[name];
    if (remedy === undefined || (server !== undefined && server !== name)) return [];
    return [`    In ${FILES[name]}, ${remedy.where}:`, ...remedy.lines.map((line) => `        ${line}`)];
  });
}
