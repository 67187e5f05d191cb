/** What a run found, for developers: above all, what users would lose without anybody noticing. */
import { table } from "../table.js";
import type { Finding } from "./sample.js";

export function report(title: string, findings: readonly Finding[]): string {
  const noticed = findings.filter((finding) => finding.noticed !== undefined);
  const lost = findings.filter((finding) => finding.noticed === undefined);
  const share = findings.length === 0 ? 100 : (100 * noticed.length) / findings.length;
  const summary = `${title}: ${noticed.length} of ${findings.length} noticed (${share.toFixed(0)} %)`;
  const files = [...new Set(findings.map(({ mutant }) => mutant.file))].sort();
  const rows = files.map((file) => {
    const inFile = ({ mutant }: Finding): boolean => mutant.file === file;
    return [file, String(findings.filter(inFile).length), String(lost.filter(inFile).length)];
  });
  const losses = lost.map(loss);
  return [table(["file", "tried", "unnoticed"], rows), ...losses, summary].join("\n\n");
}

/** Says what was changed where, and which promise would be broken. */
function loss({ mutant, covering, asked }: Finding): string {
  const { file, line, kind, before, replacement, where, promise } = mutant;
  const change =
    replacement.trim() === "" || replacement === ";"
      ? `without: ${shortened(before)}`
      : `${before === "" ? "inserted" : shortened(before)} → ${shortened(replacement)}`;
  const specs =
    covering === 0
      ? "No spec runs this line."
      : `${covering} ${covering === 1 ? "spec runs" : "specs run"} this line` +
        (asked < covering ? `, of which ${asked} were asked.` : ".");
  return [
    `${file}:${line} ${where}`,
    `  ${kind}: ${change}`,
    ...(promise === "" ? [] : [`  Could be lost: ${promise}`]),
    `  ${specs}`,
  ].join("\n");
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 100 ? `${line.slice(0, 70)} … ${line.slice(-25)}` : line;
}
