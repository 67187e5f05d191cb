/** Results as a table that reads on a terminal and in Markdown alike. */

/** How a figure is printed, and whether more of it is better. */
export interface Unit {
  readonly better: "more" | "less";
  print(value: number): string;
}

/** What was measured of ours, before it is printed. */
export interface Figure {
  readonly unit: Unit;
  readonly value: number;
}

export interface Line {
  readonly work: string;
  readonly ours: string;
  /** What `ours` was printed from. */
  readonly figure?: Figure;
  /** The peer's figure; "" where there is no peer. */
  readonly peer: string;
  /** Who the peer is, where `work` doesn't say it. */
  readonly peerName?: string;
  /** How many times better than the peer: the higher, the better, for rates and for times. */
  readonly ratio?: number;
  /** The lowest and the highest ratio of a round. */
  readonly spread?: readonly [number, number];
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

/** What this share of the values, from 0 to 1, isn't above. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? NaN;
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
  const { work, ours, peer, peerName, target = 0, limit } = line;
  const named = peerName === undefined ? peer : `${peer} ${peerName}`;
  const wanted = target > 0 ? `≥ ${target.toFixed(2)}` : "";
  return [work, ours, named, ratioCell(line), limit ?? wanted, metOf(line)];
}

/** "1.05 (0.98–1.12)" */
function ratioCell({ ratio, spread }: Line): string {
  if (ratio === undefined) return "";
  const between = spread === undefined ? "" : ` (${spread.map((of) => of.toFixed(2)).join("–")})`;
  return ratio.toFixed(2) + between;
}

function metOf({ ratio = NaN, target = 0, met }: Line): string {
  if (met !== undefined) return met ? "yes" : "no";
  if (target === 0) return "";
  // As it is printed: 0.8 is not missed by a thousandth.
  return Number(ratio.toFixed(2)) >= target ? "yes" : "no";
}
