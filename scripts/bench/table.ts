/** Formats measurements as a table that can be read on a terminal and as Markdown. */
import { markdownTable } from "../docs/parts.js";

/** How the figures of a unit are printed, and whether high or low figures are better. */
export interface Unit {
  readonly better: "more" | "less";
  print(value: number): string;
}

export const UNITS = {
  perSecond: { better: "more", print: (value) => `${whole(value)}/s` },
  milliseconds: { better: "less", print: (value) => `${brief(value)} ms` },
  microseconds: { better: "less", print: (value) => `${brief(value)} µs` },
  seconds: { better: "less", print: (value) => `${brief(value)} s` },
  megabytes: { better: "less", print: (value) => `${whole(value)} MB` },
} satisfies Record<string, Unit>;

export interface Line {
  readonly work: string;
  readonly ours: string;
  /** The compared program's figure and name; absent if the component is compared with none. */
  readonly peer?: string;
  /** The component's advantage in each round. Above 1, the component is better, both for rates and for durations. */
  readonly ratios?: readonly number[];
  readonly target?: string;
  readonly isMet?: boolean;
  readonly isDetail?: boolean;
}

export interface Comparison {
  readonly work: string;
  readonly unit: Unit;
  readonly ours: readonly number[];
  /** The compared program's figure in each round; empty if it wasn't measured. */
  readonly peer: readonly number[];
  readonly peerName: string;
  /** The lowest acceptable median of the ratios. */
  readonly target?: number | undefined;
}

/** Compares the component with another program, round by round, because a disturbance affects both. */
export function compare({ work, unit, ours, peer, peerName, target }: Comparison): Line {
  const ratios = ours.map((value, round) => {
    const other = peer[round] ?? NaN;
    return unit.better === "more" ? value / other : other / value;
  });
  // The printed, rounded ratio counts, so that 0.7996 meets a target of 0.8.
  const isMet = (least: number): boolean => Number(median(ratios).toFixed(2)) >= least;
  const line = { work, ours: unit.print(median(ours)) };
  if (peer.length === 0) return line;
  const compared = { ...line, ratios, peer: `${unit.print(median(peer))} ${peerName}` };
  if (target === undefined) return compared;
  return { ...compared, target: `≥ ${target.toFixed(2)}`, isMet: isMet(target) };
}

/** Makes a line for the component alone. @param most the upper limit for the median of the values */
export function alone(work: string, unit: Unit, values: readonly number[], most: number): Line {
  const value = median(values);
  return { work, ours: unit.print(value), ...limit(unit, value, most) };
}

/** Returns the target of a line whose value has an upper limit. */
export function limit(unit: Unit, value: number, most: number): Pick<Line, "target" | "isMet"> {
  return { target: `< ${unit.print(most)}`, isMet: value < most };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Returns a percentile. @param share the fraction of the values that is below the result, from 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? NaN;
}

/** Formats a number as an integer: 12,345. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** Formats a number with at least three digits, without trailing zeros: 12,345, 123, 12.3, 1.23, 2. */
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
  const pad = (row: readonly string[]): string[] => row.map((cell, i) => cell.padEnd(widths[i] ?? 0));
  return markdownTable(pad(HEADINGS), rows.map(pad));
}

/** Formats the guide's shorter table: work, component's figure and ratio, without details. */
export function formatBriefly(lines: readonly Line[]): string {
  const rows = lines
    .filter(({ isDetail }) => isDetail !== true)
    .map(({ work, ours, ratios }) => [work, ours, ratioCell(ratios)]);
  return markdownTable(["work", "qtalk-component", "ratio"], rows);
}

/** Formats median and range of the ratios: "1.05 (0.98–1.12)". */
function ratioCell(ratios: readonly number[] | undefined): string {
  if (ratios === undefined) return "";
  const [low, middle, high] = [Math.min(...ratios), median(ratios), Math.max(...ratios)];
  if (ratios.length === 1) return middle.toFixed(2);
  return `${middle.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}
