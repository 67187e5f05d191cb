/**
 * Reads a plain SQL dump (pg_dump). The file is scanned once for the tables' COPY blocks; then each table is
 * read from its offset, whatever the order in the dump.
 */
import { counted } from "../../../component/wording.js";
import { isUtf8 } from "node:buffer";
import { readSync } from "node:fs";
import { ownProperty } from "../../../component/own-property.js";
import { dataFailure } from "../../failure.js";
import { closeInput, openInput } from "../../inherited-files.js";
import type { CsvRecord } from "../csv.js";
import { readLines } from "../lines.js";
import { isWanted, type ImportSource, type SourceTable, type TableName } from "./source.js";

const COPY = /^COPY\s+((?:[^\s"(]|"[^"]*")+)\s*\(([^)]*)\)\s+FROM\s+stdin\b/i;
const INSERT = /^INSERT INTO\s+(\S+)/i;
const ENCODING = /^SET client_encoding = '([^']*)'/i;
/** How many bytes at the beginning of the file tell its format. */
const HEAD = 8;

/** A COPY block whose end isn't known yet. */
interface Block {
  readonly name: TableName;
  readonly columns: readonly string[];
  /** The offset of the first row, in bytes. */
  readonly start: number;
  readonly firstLine: number;
}

/**
 * Opens a dump, and finds its tables.
 * @param progress called with the number of bytes scanned so far
 * @throws Failure if the file isn't a plain SQL dump with at least one of the tables
 */
export function openDump(path: string, progress: (bytes: number) => void): ImportSource {
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

function findTables(path: string, progress: (bytes: number) => void): Map<TableName, SourceTable> {
  const tables = new Map<TableName, SourceTable>();
  let block: Block | undefined;
  let inserts = false;
  let inBlock = false;
  let line = 0;
  let end = 0;
  const endBlock = (): void => {
    if (block !== undefined) tables.set(block.name, tableOf(path, block, end));
    block = undefined;
    inBlock = false;
  };
  for (const { text, end: next } of readLines(path, 0, readsMarks)) {
    line += 1;
    if (line % 100_000 === 0) progress(next);
    if (inBlock) {
      if (text === "\\.") endBlock();
    } else if (text !== undefined) {
      const [, copied = "", columns = ""] = COPY.exec(text) ?? [];
      inBlock = copied !== "";
      const name = plainName(copied);
      if (isWanted(name)) {
        if (tables.has(name)) {
          throw dataFailure(
            `${path} has the table ${name} in two schemas: dump one of them with "pg_dump --schema=public".`,
          );
        }
        block = { name, columns: columns.split(",").map(plainName), start: next, firstLine: line + 1 };
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
  endBlock();
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

function tableOf(path: string, { columns, start, firstLine }: Block, end: number): SourceTable {
  const rows = function* (): Generator<CsvRecord> {
    let line = firstLine;
    for (const { text, end: next } of start < end ? readLines(path, start) : []) {
      const cells = text === undefined ? undefined : copyCells(text);
      if (cells?.length === columns.length) yield { line, end: next, cells };
      else {
        const count = counted(cells?.length ?? 0, "column");
        const reason = cells && `${count}, but the table has ${columns.length}`;
        yield { line, end: next, reason: reason ?? "invalid UTF-8" };
      }
      if (next >= end) return;
      line += 1;
    }
  };
  return { columns, start, end, rows };
}

const LETTERS: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };
const ESCAPE = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(.)|$)/gsu;

/**
 * Returns the cells of a line in PostgreSQL's text format: separated by tabs, with backslash escapes; NULL (`\N`) as an empty one.
 * @returns undefined if escaped bytes are invalid UTF-8
 */
export function copyCells(line: string): readonly string[] | undefined {
  const raw = line.split("\t");
  if (!line.includes("\\")) return raw;
  const cells = raw.map((text) => (text === "\\N" ? "" : unescaped(text)));
  return cells.every((cell) => cell !== undefined) ? cells : undefined;
}

/** Undoes backslash escapes. An octal or hexadecimal escape stands for one byte of UTF-8. */
function unescaped(text: string): string | undefined {
  if (!text.includes("\\")) return text;
  const parts: Buffer[] = [];
  let last = 0;
  for (const match of text.matchAll(ESCAPE)) {
    const [whole, octal, hex, letter = ""] = match;
    parts.push(Buffer.from(text.slice(last, match.index)));
    if (octal !== undefined) parts.push(Buffer.from([parseInt(octal, 8) & 0xff]));
    else if (hex !== undefined) parts.push(Buffer.from([parseInt(hex, 16)]));
    else parts.push(Buffer.from(ownProperty(LETTERS, letter) ?? letter));
    last = match.index + whole.length;
  }
  parts.push(Buffer.from(text.slice(last)));
  const bytes = Buffer.concat(parts);
  return isUtf8(bytes) ? bytes.toString() : undefined;
}
