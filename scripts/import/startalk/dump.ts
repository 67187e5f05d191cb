/**
 * Reads a plain SQL dump (pg_dump). The file is scanned once for the tables' COPY blocks; then each table is
 * read from its offset, whatever the order in the dump.
 */
import { counted } from "../../../component/wording.js";
import { readSync } from "node:fs";
import { dataFailure } from "../../failure.js";
import { closeInput, openInput } from "../../inherited-files.js";
import { readLines } from "../lines.js";
import { copyCells } from "./copy-text.js";
import { isWanted, rowMaker, type ReadRow, type Source, type Table, type TableName } from "./source.js";

const COPY = /^COPY\s+((?:[^\s"(]|"[^"]*")+)\s*\(([^)]*)\)\s+FROM\s+stdin\b/i;
const INSERT = /^INSERT INTO\s+(\S+)/i;
const ENCODING = /^SET client_encoding = '([^']*)'/i;
/** How many bytes at the beginning of the file tell its format. */
const HEAD = 8;

/** A COPY block whose end isn't known yet. */
interface Block {
  readonly path: string;
  readonly columns: readonly string[];
  /** The offset of the first row, in bytes. */
  readonly start: number;
  /** The line number of the first row. */
  readonly firstLine: number;
}

/**
 * Opens a dump, and finds its tables.
 * @param progress called with the number of bytes scanned so far
 * @throws Failure if the file isn't a plain SQL dump with at least one of the tables
 */
export function openDump(path: string, progress: (bytes: number) => void): Source {
  refuseOtherFormats(path);
  return findTables(path, progress);
}

function refuseOtherFormats(path: string): void {
  const file = openInput(path);
  const head = Buffer.alloc(HEAD);
  readSync(file, head, 0, HEAD, 0);
  closeInput(path, file);
  if (head.toString("latin1").startsWith("PGDMP")) {
    throw dataFailure(
      `${path} is a dump in PostgreSQL's custom format: convert it to plain SQL with "pg_restore -f startalk.sql ${path}".`,
    );
  }
  if (head[0] === 0x1f && head[1] === 0x8b)
    throw dataFailure(`${path} is compressed: decompress it with gunzip.`);
}

function findTables(path: string, progress: (bytes: number) => void): Map<TableName, Table> {
  const tables = new Map<TableName, Table>();
  let current: { readonly name: TableName; readonly block: Block } | undefined;
  let inserts = false;
  let inBlock = false;
  let line = 0;
  let end = 0;
  for (const { text, end: next } of readLines(path, 0, readsMarks)) {
    line += 1;
    if (line % 100_000 === 0) progress(next);
    if (inBlock) {
      if (text === "\\.") {
        if (current !== undefined) tables.set(current.name, tableOf(current.block, end));
        current = undefined;
        inBlock = false;
      }
    } else if (text !== undefined) {
      const [, name = "", columns = ""] = COPY.exec(text) ?? [];
      inBlock = name !== "";
      const plain = plainName(name);
      if (isWanted(plain)) {
        if (tables.has(plain)) {
          throw dataFailure(
            `${path} has the table ${plain} in two schemas: dump one of them with "pg_dump --schema=public".`,
          );
        }
        const names = columns.split(",").map(plainName);
        current = { name: plain, block: { path, columns: names, start: next, firstLine: line + 1 } };
      }
      inserts ||= isWanted(plainName(INSERT.exec(text)?.[1] ?? ""));
      const encoding = ENCODING.exec(text)?.[1];
      if (encoding !== undefined && !/^(?:utf-?8|unicode)$/i.test(encoding)) {
        throw dataFailure(
          `${path} has the encoding ${encoding}: dump the database again with "pg_dump --encoding=UTF8".`,
        );
      }
    }
    end = next;
  }
  // If the dump is truncated within a table, the rows before its end are imported.
  if (current !== undefined) tables.set(current.name, tableOf(current.block, end));
  if (tables.size > 0) return tables;
  const why = inserts
    ? "was made with --inserts: dump the database again without that option"
    : "contains none of the original's tables: expected a plain SQL dump of its database by pg_dump";
  throw dataFailure(`${path} ${why}.`);
}

/** Decodes only lines that may begin or end a block, or set the encoding. For other lines, returns undefined. */
function readsMarks(bytes: Buffer): string | undefined {
  const first = bytes[0];
  const isMark = first === 0x43 || first === 0x5c || first === 0x49 || first === 0x53;
  return isMark && bytes.length < 65_536 ? bytes.toString("utf8") : undefined;
}

/** Removes schema and quotes: `host_users` from `public."host_users"`. */
function plainName(name: string): string {
  const last = /(?:^|\.)\s*(?:"((?:[^"]|"")*)"|([^."\s]+))\s*$/.exec(name.trim());
  return last?.[1]?.replaceAll('""', '"') ?? last?.[2]?.toLowerCase() ?? "";
}

function tableOf(block: Block, end: number): Table {
  return { bytes: end - block.start, rows: () => copyRows(block, end) };
}

function* copyRows({ path, columns, start, firstLine }: Block, tableEnd: number): Generator<ReadRow> {
  const makeRow = rowMaker(columns);
  let line = firstLine;
  if (start >= tableEnd) return;
  for (const { text, end } of readLines(path, start)) {
    const place = { line, at: end - start };
    line += 1;
    const cells = text === undefined ? undefined : copyCells(text);
    if (cells === undefined) yield { ...place, reason: "invalid UTF-8" };
    else if (cells.length === columns.length) yield { ...place, row: makeRow(cells) };
    else {
      const reason = `${counted(cells.length, "column")}, but the table has ${columns.length}`;
      yield { ...place, reason };
    }
    if (end >= tableEnd) return;
  }
}
