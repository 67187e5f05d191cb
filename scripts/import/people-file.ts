/** Reads a list of users, as CSV or JSON lines. */
import { extname } from "node:path";
import { dataFailure, ExitCode, Failure } from "../failure.js";
import { statInput } from "../inherited-files.js";
import { readCsv } from "./csv.js";
import { decoderOf, readLines, type Line } from "./lines.js";
import { fieldOf, FIELD_NAMES, type FieldName, type PersonFields } from "../../component/people/person.js";

export type PeopleFormat = "csv" | "jsonl";

export interface PeopleFile {
  readonly path: string;
  readonly format: PeopleFormat;
  /** The encoding's name for TextDecoder, such as "utf-8" or "gb18030". */
  readonly encoding: string;
}

/** The fields of a user on a line of the list, or the reason why the line can't be read. */
export type PeopleLine = {
  /** The line's number, from 1. */
  readonly line: number;
  /** How many bytes of the file have been read, including this line. */
  readonly at: number;
} & ({ readonly fields: PersonFields } | { readonly reason: string });

/** Returns the format of a file according to its name. */
export function formatOf(path: string): PeopleFormat | undefined {
  const ending = extname(path).toLowerCase();
  if ([".csv", ".tsv", ".txt"].includes(ending)) return "csv";
  return [".jsonl", ".ndjson", ".json"].includes(ending) ? "jsonl" : undefined;
}

/** Returns the size of a file in bytes. @throws Failure if the path isn't a file */
export function sizeOf(path: string): number {
  const stat = statInput(path);
  if (stat?.isFile() === true) return stat.size;
  throw new Failure(`${path} is not a file, or can't be read by this user.`, ExitCode.noInput);
}

/**
 * Reads the lines of a list of users.
 * @param ignored called with the name of each column or key that isn't imported
 * @throws Failure if a CSV file has no column "id"
 */
export function readPeople(file: PeopleFile, ignored: (heading: string) => void): Generator<PeopleLine> {
  const lines = withoutMark(readLines(file.path, 0, decoderOf(file.encoding)));
  return file.format === "csv" ? csvPeople(file, lines, ignored) : jsonPeople(lines, ignored);
}

/** Removes the byte order mark at the beginning of a file. */
function* withoutMark(lines: Iterable<Line>): Generator<Line> {
  let first = true;
  for (const line of lines) {
    yield first ? { ...line, text: line.text?.replace(/^\ufeff/, "") } : line;
    first = false;
  }
}

function* csvPeople(
  file: PeopleFile,
  lines: Generator<Line>,
  ignored: (heading: string) => void,
): Generator<PeopleLine> {
  const heading = lines.next();
  const text = heading.done === true ? "" : (heading.value.text ?? "");
  const delimiter = delimiterOf(text);
  const [headings = { cells: [] }] = readCsv([{ text, end: 0 }], { delimiter });
  const columns = columnsOf("cells" in headings ? headings.cells : [], file, ignored);
  for (const record of readCsv(lines, { delimiter, columns: columns.length, firstLine: 2 })) {
    const { line, end: at } = record;
    if ("reason" in record) yield { line, at, reason: record.reason };
    else yield { line, at, fields: fieldsOf(record.cells, columns) };
  }
}

function columnsOf(
  headings: readonly string[],
  { path, encoding }: PeopleFile,
  ignored: (heading: string) => void,
): (FieldName | undefined)[] {
  const columns = headings.map(fieldOf);
  if (!columns.includes("id")) {
    const others = FIELD_NAMES.slice(1).join(", ");
    throw dataFailure(
      `${path} has no column "id": its first line must be a header with id and any of ${others}, in ${encoding} (see --encoding).`,
    );
  }
  for (const [index, heading] of headings.entries()) if (columns[index] === undefined) ignored(heading);
  return columns;
}

function fieldsOf(cells: readonly string[], columns: readonly (FieldName | undefined)[]): PersonFields {
  const fields: PersonFields = {};
  for (const [index, column] of columns.entries()) {
    if (column !== undefined) fields[column] = cells[index] ?? "";
  }
  return fields;
}

function* jsonPeople(lines: Iterable<Line>, ignored: (heading: string) => void): Generator<PeopleLine> {
  let line = 0;
  for (const { text, end: at } of lines) {
    line += 1;
    if (text === undefined) yield { line, at, reason: "invalid in the file's encoding" };
    else if (text.trim() !== "") yield { line, at, ...jsonFields(text, ignored) };
  }
}

function jsonFields(
  text: string,
  ignored: (heading: string) => void,
): { fields: PersonFields } | { reason: string } {
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    return { reason: "not valid JSON" };
  }
  if (typeof object !== "object" || object === null || Array.isArray(object)) {
    return { reason: "not a JSON object" };
  }
  const fields: PersonFields = {};
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    const field = fieldOf(key);
    if (field === undefined) ignored(key);
    else if (value === null) fields[field] = "";
    else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      fields[field] = String(value);
    } else return { reason: `${key} must be text` };
  }
  return { fields };
}

/** Returns the separator that occurs most often in the header line: comma, tab or semicolon. */
function delimiterOf(heading: string): string {
  const counts = [",", "\t", ";"].map((mark) => [heading.split(mark).length, mark] as const);
  return counts.reduce((best, next) => (next[0] > best[0] ? next : best))[1];
}
