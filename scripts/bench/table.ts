/** Results as a table that reads on a terminal and in Markdown alike. */

export interface Line {
  readonly work: string;
  readonly ours: string;
  readonly peer: string;
  /** Ours divided by the peer's, the better the higher. */
  readonly ratio: number;
  readonly target: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

export function format(lines: readonly Line[]): string {
  const head = ["work", "qtalk-component", "peer", "ratio", "target"];
  const rows = lines.map((l) => [l.work, l.ours, l.peer, l.ratio.toFixed(2), `≥ ${l.target.toFixed(2)}`]);
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
