/** Text for terminals: tables, and single lines. */

/** Formats a table as text with aligned columns. @param given the rows, with a cell for each heading */
export function table(headings: readonly string[], given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map(oneLine));
  const widths = headings.map((heading, column) => {
    return rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), heading.length);
  });
  const line = (cells: readonly string[]): string => {
    return cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  };
  return [headings.map((heading) => heading.toUpperCase()), ...rows].map(line).join("\n");
}

export function excerpt(text: string): string {
  const line = oneLine(text);
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

/** Makes a text safe for a terminal, without line breaks, controls and bidirectional controls (UAX #9). */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replace(/\p{Bidi_Control}/gu, "")
    .trim();
}
