/** Reads CSV. A fault, such as an unclosed quote, affects only the line with the fault. */
import { counted } from "../../component/wording.js";
import { parse } from "csv-parse/sync";
import type { Line } from "./lines.js";

/** What was read from a part of a file, or the reason why it can't be read. */
export type Parsed<T> = {
  /** The number of the first line, from 1. */
  readonly line: number;
  /** The offset of the line after it, in bytes. */
  readonly end: number;
} & (T | { readonly reason: string });

export type CsvRecord = Parsed<{ readonly cells: readonly string[] }>;

/** The maximum number of lines in a record. A quoted cell with line breaks makes a record longer than one line. */
const MAX_LINES = 1_000;

export interface CsvForm {
  readonly delimiter: string;
  /** The number of cells in each record; absent: as many as the first record has. */
  readonly columns?: number;
  /** The number of the first line to read; absent: 1. */
  readonly firstLine?: number;
  /** Whether cells keep the spaces around them, which is right for files that psql wrote. */
  readonly keepsSpaces?: boolean;
}

export function* readCsv(lines: Iterable<Line>, form: CsvForm): Generator<CsvRecord> {
  const source = lines[Symbol.iterator]();
  const queue: Line[] = [];
  const lineAt = (index: number): Line | undefined => {
    while (queue.length <= index) {
      const next = source.next();
      if (next.done === true) return undefined;
      queue.push(next.value);
    }
    return queue[index];
  };
  let { columns, firstLine: line = 1 } = form;
  while (lineAt(0) !== undefined) {
    const count = recordLength(lineAt);
    const record = readRecord(queue.slice(0, count), form, columns);
    const taken = typeof record === "string" ? 1 : count;
    const end = queue[taken - 1]?.end ?? 0;
    if (typeof record === "string") yield { line, end, reason: record };
    else if (record.length > 0) {
      columns ??= record.length;
      yield { line, end, cells: record };
    }
    queue.splice(0, taken);
    line += taken;
  }
}

/** Returns how many lines the next record has. A record ends with the first line after which all quotes are closed. */
function recordLength(lineAt: (index: number) => Line | undefined): number {
  let open = false;
  for (let count = 0; count < MAX_LINES; count += 1) {
    const line = lineAt(count);
    if (line?.text === undefined) return Math.max(count, 1);
    for (let at = line.text.indexOf('"'); at >= 0; at = line.text.indexOf('"', at + 1)) open = !open;
    if (!open) return count + 1;
  }
  return MAX_LINES;
}

/** Parses a record's lines. @returns the cells (none for an empty line), or why the record can't be read */
function readRecord(lines: readonly Line[], form: CsvForm, columns: number | undefined): string[] | string {
  if (lines[0]?.text === undefined) return "invalid in the file's encoding";
  const text = lines.map((line) => line.text ?? "").join("\n");
  if (text.trim() === "") return [];
  const cells = text.includes('"') ? parsed(text, form) : text.split(form.delimiter);
  if (cells === undefined) return "a quote is not closed, or closed in the middle of a cell";
  if (columns !== undefined && cells.length !== columns) {
    return `${counted(cells.length, "column")}, but the header has ${columns}`;
  }
  return form.keepsSpaces === true ? cells : cells.map((cell) => cell.trim());
}

function parsed(text: string, { delimiter, keepsSpaces = false }: CsvForm): string[] | undefined {
  try {
    const records = parse(text, { delimiter, trim: !keepsSpaces, relax_column_count: true });
    return records.length === 1 ? records[0] : undefined;
  } catch {
    return undefined;
  }
}
