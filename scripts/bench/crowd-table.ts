/** The rows of the crowd benchmark, their table, and the JSON file that keeps them between runs. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { markdownTable } from "../docs/parts.js";
import { MEGABYTES, MILLISECONDS, SECONDS, type Unit } from "./table.js";

export interface CrowdFigures {
  /** How long a message elsewhere took at worst and in the median, in milliseconds. */
  readonly worst: number;
  readonly median: number;
  /** The seconds until the crowded room had handled everything. */
  readonly seconds: number;
  /** CPU seconds of the component and the server. */
  readonly cpu: number;
  /** The component's longest block of the event loop, in milliseconds of CPU time. */
  readonly block: number;
  /** The component's memory at most, in megabytes. */
  readonly memory: number;
}

export interface CrowdRow {
  readonly work: string;
  readonly ours: CrowdFigures;
  /** The figures of the server's own group chat, if it can do the work. */
  readonly theirs?: CrowdFigures | undefined;
  /** The limits of our figures. */
  readonly limits: Partial<CrowdFigures>;
}

const HEADS = [
  ...["work", "longest wait elsewhere", "median", "until all is done", "CPU", "longest block", "memory"],
  "group chat: longest wait, median, all done, CPU",
];
const UNITS: Readonly<Record<keyof CrowdFigures, Unit>> = {
  ...{ worst: MILLISECONDS, median: MILLISECONDS, seconds: SECONDS },
  ...{ cpu: SECONDS, block: MILLISECONDS, memory: MEGABYTES },
};
const OURS = ["worst", "median", "seconds", "cpu", "block", "memory"] as const;
const THEIRS = ["worst", "median", "seconds", "cpu"] as const;

/** Returns a row as one line of text. */
export function crowdLine({ work, ours }: CrowdRow): string {
  return `${work}: ${OURS.map((name) => `${name} ${UNITS[name].print(ours[name])}`).join(", ")}`;
}

/** Returns the table, and below it the figures that miss their limits. */
export function crowdTable(rows: readonly CrowdRow[]): string {
  const print = (figures: CrowdFigures, name: keyof CrowdFigures): string => UNITS[name].print(figures[name]);
  const cells = rows.map(({ work, ours, theirs }) => [
    work,
    ...OURS.map((name) => print(ours, name)),
    theirs === undefined ? "" : THEIRS.map((name) => print(theirs, name)).join(", "),
  ]);
  const missed = rows.flatMap(({ work, ours, limits }) =>
    OURS.filter((name) => ours[name] >= (limits[name] ?? Infinity)).map((name) => {
      const most = UNITS[name].print(limits[name] ?? NaN);
      return `${work}: ${print(ours, name)} instead of less than ${most}`;
    }),
  );
  const verdict =
    missed.length === 0 ? "All figures are below their limits." : `Above their limits: ${missed.join("; ")}.`;
  return `${markdownTable(HEADS, cells)}\n\n${verdict}`;
}

/** Returns the rows of earlier runs, without those that a new run replaces, and the new ones. */
export function withEarlier(path: string | undefined, rows: readonly CrowdRow[]): readonly CrowdRow[] {
  if (path === undefined || !existsSync(path)) return rows;
  const earlier = JSON.parse(readFileSync(path, "utf8")) as CrowdRow[];
  const works = new Set(rows.map(({ work }) => work));
  return [...earlier.filter(({ work }) => !works.has(work)), ...rows];
}

export function keep(path: string | undefined, rows: readonly CrowdRow[]): void {
  if (path !== undefined) writeFileSync(path, `${JSON.stringify(rows, undefined, 2)}\n`);
}
