/** Imports a list of users, as CSV or JSON lines, into the directory: adds new users and changes known ones, but removes none. */
import { fieldOf, FIELD_NAMES, type PersonFields } from "../../component/people/person.js";
import { counted } from "../../component/wording.js";
import type { Saved } from "../../storage/directory-store.js";
import { dataFailure } from "../failure.js";
import { readCsv, type Parsed } from "./csv.js";
import { decoderOf, readLines, type Line } from "./lines.js";
import { inBatches, type ImportProgress } from "./progress.js";
import type { RefusedRows } from "./refused-rows.js";

/** The result of the operation `user import`. */
export interface ImportedUsers extends Readonly<Record<Saved, number>> {
  readonly refused: readonly { readonly index: number; readonly reason: string }[];
}

export interface PeopleImport {
  readonly path: string;
  readonly format: "csv" | "jsonl";
  /** The encoding's name for TextDecoder, such as "utf-8" or "gb18030". */
  readonly encoding: string;
  /** Runs the operation for some users. */
  readonly save: (users: readonly PersonFields[]) => Promise<ImportedUsers>;
  readonly refused: RefusedRows;
  readonly progress: ImportProgress;
}

export type PeopleCounts = Awaited<ReturnType<typeof importPeople>>;

type PeopleLine = Parsed<{ readonly fields: PersonFields }>;

/** How many users one operation saves. This number delays a running component by only some milliseconds. */
const BATCH = 500;
/** The byte order mark at the beginning of a file. */
const MARK = /^\ufeff/;

/** @returns how many users were taken and refused, and which columns ignored @throws Failure if a CSV file has no column "id" */
export async function importPeople(options: PeopleImport) {
  const { path, format, encoding, save, refused, progress } = options;
  const lines = readLines(path, 0, decoderOf(encoding));
  const counts = { added: 0, changed: 0, unchanged: 0 };
  const ignored = new Set<string>();
  const people = format === "csv" ? csvPeople(options, lines, ignored) : jsonPeople(lines, ignored);
  let read = 0;
  for (const batch of inBatches(people, BATCH)) {
    const readable = batch.filter((line) => "fields" in line);
    const saved = readable.length === 0 ? undefined : await save(readable.map(({ fields }) => fields));
    for (const kind of ["added", "changed", "unchanged"] as const) counts[kind] += saved?.[kind] ?? 0;
    const reasons = new Map(saved?.refused.map(({ index, reason }) => [readable[index], reason]));
    for (const line of batch) {
      const reason = "reason" in line ? line.reason : reasons.get(line);
      if (reason !== undefined) refused.add(`line ${line.line}`, reason);
    }
    read += batch.length;
    progress.update(batch.at(-1)?.end ?? 0, counted(read, "user"));
  }
  return { ...counts, refused: refused.count, ignored: [...ignored] };
}

function* csvPeople(
  { path, encoding }: PeopleImport,
  lines: Generator<Line>,
  ignored: Set<string>,
): Generator<PeopleLine> {
  const heading = lines.next();
  const text = heading.done === true ? "" : (heading.value.text?.replace(MARK, "") ?? "");
  const delimiter = delimiterOf(text);
  const [head] = readCsv([{ text, end: 0 }], { delimiter });
  const headings = head !== undefined && "cells" in head ? head.cells : [];
  const names = headings.map(fieldOf);
  if (!names.includes("id")) {
    const others = FIELD_NAMES.slice(1).join(", ");
    throw dataFailure(
      `${path} has no column "id": its first line must be a header with id and any of ${others}, in ${encoding} (see --encoding).`,
    );
  }
  for (const [index, name] of headings.entries()) if (names[index] === undefined) ignored.add(name);
  for (const record of readCsv(lines, { delimiter, columns: names.length, firstLine: 2 }))
    yield "reason" in record ? record : { ...record, fields: fieldsOf(record.cells, names) };
}

function fieldsOf(
  cells: readonly string[],
  names: readonly (keyof PersonFields | undefined)[],
): PersonFields {
  const fields: PersonFields = {};
  for (const [index, name] of names.entries()) if (name !== undefined) fields[name] = cells[index] ?? "";
  return fields;
}

function* jsonPeople(lines: Iterable<Line>, ignored: Set<string>): Generator<PeopleLine> {
  let line = 0;
  for (const { text, end } of lines) {
    line += 1;
    if (text === undefined) yield { line, end, reason: "invalid in the file's encoding" };
    else if (text.trim() !== "") yield { line, end, ...jsonFields(text.replace(MARK, ""), ignored) };
  }
}

function jsonFields(
  text: string,
  ignored: Set<string>,
): { readonly fields: PersonFields } | { readonly reason: string } {
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    return { reason: "not valid JSON" };
  }
  if (typeof object !== "object" || object === null || Array.isArray(object))
    return { reason: "not a JSON object" };
  const fields: PersonFields = {};
  for (const [key, value] of Object.entries(object) as [
    string,
    string | number | boolean | object | null,
  ][]) {
    const field = fieldOf(key);
    if (field === undefined) ignored.add(key);
    else if (typeof value === "object" && value !== null) return { reason: `${key} must be text` };
    else fields[field] = String(value ?? "");
  }
  return { fields };
}

/** Returns the separator that occurs most often in the header line: comma, tab or semicolon. */
function delimiterOf(heading: string): string {
  const counts = [",", "\t", ";"].map((mark) => [heading.split(mark).length, mark] as const);
  return counts.reduce((best, next) => (next[0] > best[0] ? next : best))[1];
}

export function peopleSummary(counts: PeopleCounts, refused: RefusedRows, dryRun: boolean): string[] {
  const { added, changed, unchanged, ignored } = counts;
  const done = dryRun ? "Would be:" : "Done:";
  return [
    `${done} ${added} added, ${changed} changed, ${unchanged} unchanged, ${counts.refused} refused.`,
    ...(ignored.length === 0
      ? []
      : [`Ignored columns: ${ignored.map((name) => JSON.stringify(name)).join(", ")}.`]),
    ...refused.summary(),
    ...(dryRun ? ["Dry run: nothing was changed."] : []),
  ];
}
