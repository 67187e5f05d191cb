/** Text for terminals: tables, and single lines. Widths are in columns: a Chinese character is two wide (UAX #11). */
import widthOf from "string-width";
import { elided } from "../component/wording.js";

/** Formats a table as text with aligned columns. @param given the rows, with a cell for each heading */
export function table(headings: readonly string[], given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map(oneLine));
  const widths = headings.map((heading, column) => {
    return rows.reduce((width, row) => Math.max(width, widthOf(row[column] ?? "")), heading.length);
  });
  const padded = (cell: string, width = 0): string => cell + " ".repeat(width - widthOf(cell));
  const line = (cells: readonly string[]): string => {
    return cells
      .map((cell, column) => padded(cell, widths[column]))
      .join("  ")
      .trimEnd();
  };
  return [headings.map((heading) => heading.toUpperCase()), ...rows].map(line).join("\n");
}

/** The least width to which a cell is cut, and to which one is before a column is left out instead. */
const LEAST = 4;
const READABLE = 12;
const GAP = 2;

interface Terminal {
  readonly width: number;
  /** Whether a column may be long. */
  readonly isLong: (column: number) => boolean;
}

/** Columns of a table whose rows are one line of a terminal each. */
interface Fitted {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The headings of the columns that found no place. */
  readonly omitted: readonly string[];
}

/**
 * Makes each row one line of a terminal: cuts what may be long, then the widest other cells as far as they stay readable;
 * then leaves out columns, the last ones first. The first column, a row's name, is cut only when nothing else is left.
 */
export function fitted(
  headings: readonly string[],
  given: readonly (readonly string[])[],
  { width, isLong }: Terminal,
): Fitted {
  const rows = given.map((row) => row.map(oneLine));
  let kept = headings.map((_, column) => column);
  for (;;) {
    const leftOut = kept.findLast((column) => column > 0 && !isLong(column));
    const widths = widthsWithin(width, kept, { headings, rows, isLong, isLast: leftOut === undefined });
    if (widths !== undefined)
      return {
        headings: kept.map((column) => headings[column] ?? ""),
        rows: rows.map((row) => kept.map((column, place) => cutTo(row[column] ?? "", widths[place] ?? 0))),
        omitted: headings.filter((_, column) => !kept.includes(column)),
      };
    kept = kept.filter((column) => column !== leftOut);
  }
}

/** Returns the columns' widths; undefined if they don't fit and others can be left out. */
function widthsWithin(
  width: number,
  kept: readonly number[],
  {
    headings,
    rows,
    isLong,
    isLast,
  }: Pick<Fitted, "headings" | "rows"> & Pick<Terminal, "isLong"> & { readonly isLast: boolean },
): readonly number[] | undefined {
  const widths = kept.map((column) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[column] ?? "")), headings[column]?.length ?? 0),
  );
  const excess = (): number => widths.reduce((sum, each) => sum + each + GAP, -GAP) - width;
  const cut = (mayCut: (column: number) => boolean, smallest: number): void => {
    const least = kept.map((column) => Math.max(smallest, headings[column]?.length ?? 0));
    for (;;) {
      const cuttable = widths.map((each, place) =>
        mayCut(kept[place] ?? 0) && each > (least[place] ?? 0) ? each : 0,
      );
      const widest = Math.max(...cuttable);
      if (excess() <= 0 || widest === 0) return;
      widths[cuttable.indexOf(widest)] = widest - 1;
    }
  };
  cut(isLong, LEAST);
  cut((column) => column > 0, READABLE);
  if (isLast) cut(() => true, LEAST);
  return isLast || excess() <= 0 ? widths : undefined;
}

const characters = new Intl.Segmenter();

function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let columns = 1;
  for (const { segment } of characters.segment(text)) {
    columns += widthOf(segment);
    if (columns > width) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Returns the beginning of a text as one line. @param most how many characters it has at most */
export function excerpt(text: string, most: number): string {
  return elided(oneLine(text), most);
}

/** Makes a text safe for a terminal, without line breaks, controls and bidirectional controls (UAX #9). */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replace(/\p{Bidi_Control}/gu, "")
    .trim();
}
