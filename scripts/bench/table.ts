/** Results as a table that reads on a terminal and in Markdown alike. */

export interface Line {
  readonly work: string;
  readonly ours: string;
  /** The peer's figure; "" where there is no peer. */
  readonly peer: string;
  /** Who the peer is, where `work` doesn't say it. */
  readonly peerName?: string;
  /** How many times better than the peer: the higher, the better, for rates and for times. */
  readonly ratio?: number;
  /** What the ratio should be at least; 0 or nothing where there is no target. */
  readonly target?: number;
  /** A target of another kind, in words: "< 1 s". */
  readonly limit?: string;
  /** Whether that one is met. */
  readonly met?: boolean;
}

const HEADINGS = ["work", "qtalk-component", "peer", "ratio", "target", "met"] as const;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** A table with headings of its own. */
export interface Table {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function format(lines: readonly Line[]): string {
  return formatTable({ headings: HEADINGS, rows: lines.map(cells) });
}

export function formatTable({ headings, rows }: Table): string {
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(headings), line(widths.map((wide) => "-".repeat(wide))), ...rows.map(line)].join("\n");
}

function cells(line: Line): string[] {
  const { work, ours, peer, peerName, ratio, target = 0, limit } = line;
  const named = peerName === undefined ? peer : `${peer} ${peerName}`;
  const wanted = target > 0 ? `≥ ${target.toFixed(2)}` : "";
  return [work, ours, named, ratio?.toFixed(2) ?? "", limit ?? wanted, metOf(line)];
}

function metOf({ ratio = NaN, target = 0, met }: Line): string {
  if (met !== undefined) return met ? "yes" : "no";
  if (target === 0) return "";
  // As it is printed: 0.8 is not missed by a thousandth.
  return Number(ratio.toFixed(2)) >= target ? "yes" : "no";
}
