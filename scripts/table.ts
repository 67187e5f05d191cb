/** Text for terminals: tables, and single lines. Widths are in columns: a Chinese character is two wide (UAX #11). */
import widthOf from "string-width";

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

/** The least width to which a cell is cut. */
const LEAST = 4;
const GAP = 2;

/**
 * Cuts cells so that each row is one line of a terminal: first those that may be long, then the widest ones.
 * @param isLong whether a column may be long
 */
export function fittedRows(
  headings: readonly string[],
  given: readonly (readonly string[])[],
  { width, isLong }: { readonly width: number; readonly isLong: (column: number) => boolean },
): readonly (readonly string[])[] {
  const rows = given.map((row) => row.map(oneLine));
  const widths = headings.map((heading, column) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[column] ?? "")), heading.length),
  );
  for (const mayCut of [isLong, () => true]) {
    const least = widths.map((_, column) => Math.max(LEAST, headings[column]?.length ?? 0));
    for (;;) {
      const excess = widths.reduce((sum, each) => sum + each + GAP, -GAP) - width;
      const cuttable = widths.map((each, column) =>
        mayCut(column) && each > (least[column] ?? 0) ? each : 0,
      );
      const widest = Math.max(...cuttable);
      if (excess <= 0 || widest === 0) break;
      widths[cuttable.indexOf(widest)] = widest - 1;
    }
  }
  return rows.map((row) => row.map((text, column) => cutTo(text, widths[column] ?? 0)));
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
  const line = oneLine(text);
  return line.length > most ? `${line.slice(0, most)}…` : line;
}

/** Makes a text safe for a terminal, without line breaks, controls and bidirectional controls (UAX #9). */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replace(/\p{Bidi_Control}/gu, "")
    .trim();
}
