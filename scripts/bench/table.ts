/** From what was measured to a table that reads on a terminal and in Markdown alike: medians, units, ratios. */

import { markdownTable } from "../docs/parts.js";

/** How a figure is printed, and whether more of it is better. */
export interface Unit {
  readonly better: "more" | "less";
  print(value: number): string;
}

export const PER_SECOND: Unit = { better: "more", print: (value) => `${whole(value)}/s` };
export const MILLISECONDS: Unit = { better: "less", print: (value) => `${brief(value)} ms` };
export const MICROSECONDS: Unit = { better: "less", print: (value) => `${brief(value)} µs` };
export const SECONDS: Unit = { better: "less", print: (value) => `${brief(value)} s` };
export const MEGABYTES: Unit = { better: "less", print: (value) => `${whole(value)} MB` };

export interface Line {
  readonly work: string;
  readonly ours: string;
  /** The peer's figure and name; absent if there is no peer. */
  readonly peer?: string;
  /** How many times better than the peer, round by round: the higher, the better, for rates and for times. */
  readonly ratios?: readonly number[];
  /** In words: "≥ 0.80", "< 1 s". */
  readonly target?: string;
  readonly isMet?: boolean;
  /** Printed, but left out of the guide. */
  readonly isDetail?: boolean;
}

export interface Comparison {
  readonly work: string;
  readonly unit: Unit;
  /** A figure for each round. */
  readonly ours: readonly number[];
  readonly peer: readonly number[];
  readonly peerName: string;
  /** What the ratio should be at least. */
  readonly target?: number | undefined;
}

/** The medians of both, and how many times better ours is: by rounds, as what disturbs a round disturbs both. */
export function compare({ work, unit, ours, peer, peerName, target }: Comparison): Line {
  const ratios = ours.map((value, round) => {
    const other = peer[round] ?? NaN;
    return unit.better === "more" ? value / other : other / value;
  });
  // As it is printed: 0.8 is not missed by a thousandth.
  const isMet = (least: number): boolean => Number(median(ratios).toFixed(2)) >= least;
  return {
    ...{ work, ratios, ours: unit.print(median(ours)), peer: `${unit.print(median(peer))} ${peerName}` },
    ...(target !== undefined && { target: `≥ ${target.toFixed(2)}`, isMet: isMet(target) }),
  };
}

/** A figure without a peer. @param limit what its median must stay below */
export function alone(work: string, unit: Unit, values: readonly number[], limit: number): Line {
  const value = median(values);
  return { work, ours: unit.print(value), target: `< ${unit.print(limit)}`, isMet: value < limit };
}

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

/** 12,345 */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** Three digits or more: 12,345 and 123 and 12.3 and 1.23, and 2 for 2.00. */
export function brief(value: number): string {
  if (value >= 100) return whole(value);
  return String(Number(value.toFixed(value >= 10 ? 1 : 2)));
}

const HEADINGS = ["work", "qtalk-component", "peer", "ratio", "target", "met"];

export function format(lines: readonly Line[]): string {
  const rows = lines.map(({ work, ours, peer = "", ratios, target = "", isMet }) => {
    const met = isMet === undefined ? "" : isMet ? "yes" : "no";
    return [work, ours, peer, ratioCell(ratios), target, met];
  });
  const widths = HEADINGS.map((heading, i) =>
    Math.max(heading.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(HEADINGS), line(widths.map((wide) => "-".repeat(wide))), ...rows.map(line)].join("\n");
}

/** The guide's table: without details, targets, and the peers' own figures. */
export function formatBriefly(lines: readonly Line[]): string {
  const rows = lines
    .filter(({ isDetail }) => isDetail !== true)
    .map(({ work, ours, ratios }) => [work, ours, ratioCell(ratios)]);
  return markdownTable(["work", "qtalk-component", "ratio"], rows);
}

/** "1.05 (0.98–1.12)" */
function ratioCell(ratios: readonly number[] | undefined): string {
  if (ratios === undefined) return "";
  const [low, middle, high] = [Math.min(...ratios), median(ratios), Math.max(...ratios)];
  return `${middle.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}
