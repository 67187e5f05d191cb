/** From what was measured to a line of the table: medians, units, ratios. */
import { median, type Line, type Unit } from "./table.js";

export const PER_SECOND: Unit = { better: "more", print: (value) => `${whole(value)}/s` };
export const MILLISECONDS: Unit = { better: "less", print: (value) => `${brief(value)} ms` };
export const MICROSECONDS: Unit = { better: "less", print: (value) => `${brief(value)} µs` };
export const SECONDS: Unit = { better: "less", print: (value) => `${brief(value)} s` };
export const MEGABYTES: Unit = { better: "less", print: (value) => `${whole(value)} MB` };

export interface Comparison {
  readonly work: string;
  readonly unit: Unit;
  /** A figure a round. */
  readonly ours: readonly number[];
  readonly peer: readonly number[];
  readonly peerName: string;
  /** What the ratio should be at least. */
  readonly target?: number;
}

/** The medians of both, and how many times better ours is: round by round, as what disturbs a round disturbs both. */
export function compare({ work, unit, ours, peer, peerName, target }: Comparison): Line {
  return {
    ...{ work, peerName },
    ours: unit.print(median(ours)),
    figure: { unit, value: median(ours) },
    peer: unit.print(median(peer)),
    ...ratioOf(ours, peer, unit.better),
    ...(target !== undefined && { target }),
  };
}

/** The median of the rounds' ratios, and the lowest and the highest. */
export function ratioOf(
  ours: readonly number[],
  peer: readonly number[],
  better: Unit["better"],
): Pick<Line, "ratio" | "spread"> {
  const ratios = ours.map((a, round) => {
    const b = peer[round] ?? NaN;
    return better === "more" ? a / b : b / a;
  });
  return { ratio: median(ratios), spread: [Math.min(...ratios), Math.max(...ratios)] };
}

/** A figure without a peer. @param limit what its median must stay below */
export function alone(work: string, unit: Unit, values: readonly number[], limit?: number): Line {
  const value = median(values);
  const target = limit === undefined ? {} : { limit: `< ${unit.print(limit)}`, met: value < limit };
  return { work, ours: unit.print(value), figure: { unit, value }, peer: "", ...target };
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
