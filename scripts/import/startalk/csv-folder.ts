/** A folder with a CSV file for each table, as written by psql's "\copy TABLE to 'TABLE.csv' csv header". */
import { basename, join } from "node:path";
import { dataFailure } from "../../failure.js";
import { listInputs, statInput } from "../../inherited-files.js";
import { readCsv } from "../csv.js";
import { readLines } from "../lines.js";
import { isWanted, type ImportSource, type SourceTable, type TableName } from "./source.js";

/** Opens the folder. @throws Failure if the folder contains no file of the imported tables */
export function openFolder(path: string): ImportSource {
  const tables = new Map<TableName, SourceTable>();
  for (const file of tablesIn(path)) {
    const name = tableIn(basename(file));
    if (name !== undefined) tables.set(name, openTable(file));
  }
  if (tables.size === 0) {
    throw dataFailure(
      `${path} contains none of the original's tables: expected files such as host_users.csv, each with a header line.`,
    );
  }
  return tables;
}

/** Returns the paths of the files with the imported tables in a folder; empty if the path isn't a folder. */
export function tablesIn(path: string): string[] {
  if (statInput(path)?.isDirectory() !== true) return [];
  const files = listInputs(path).filter((file) => tableIn(file) !== undefined);
  return files.sort().map((file) => join(path, file));
}

/** Returns the name of the table in a file; undefined if the file has another name. */
function tableIn(file: string): TableName | undefined {
  const name = file.replace(/\.csv$/i, "").replace(/^public\./, "");
  return name !== file && isWanted(name) ? name : undefined;
}

function openTable(path: string): SourceTable {
  const [heading] = readCsv(readLines(path), { delimiter: "," });
  const cells = heading !== undefined && "cells" in heading ? heading.cells : [];
  const columns = cells.map((column) => column.replace(/^\ufeff/, "").toLowerCase());
  const start = heading?.end ?? 0;
  const form = { delimiter: ",", columns: columns.length, firstLine: 2, keepsSpaces: true };
  const rows = () => readCsv(readLines(path, start), form);
  return { columns, start, end: statInput(path)?.size ?? start, rows };
}
