/** The source of an import: tables of a dump, and what imports their rows. */
import type { Saved } from "../../../storage/directory-store.js";
import type { CsvRecord } from "../csv.js";

/** The tables to import, each after the tables that it refers to. */
export const TABLES = [
  "host_info",
  "host_users",
  "vcard_version",
  "muc_room",
  "muc_vcard_info",
  "muc_room_users",
  "user_register_mucs",
] as const;
export type TableName = (typeof TABLES)[number];

/** A row of a table. A column is empty if it is NULL, or if the dump doesn't have it. */
export interface SourceRow {
  get(column: string): string;
}

export interface SourceTable {
  readonly columns: readonly string[];
  /** The offset of the first row in its file, and that of the end of the last one, in bytes. */
  readonly start: number;
  readonly end: number;
  rows(): Iterable<CsvRecord>;
}

export type ImportSource = ReadonlyMap<TableName, SourceTable>;

/** What became of a row. */
export type ImportOutcome =
  | Saved
  /** The row is outdated, such as a former membership, and isn't imported. */
  | "over"
  | { readonly reason: string }
  /** The row was imported in part; `but` says what is missing. */
  | { readonly taken: Saved; readonly but: string };

/** A step of an import, which imports the rows of one table. */
export interface ImportStep {
  readonly table: TableName;
  /** Imports a row. Must run inside a transaction. */
  readonly take: (row: SourceRow) => ImportOutcome;
}

export function isWanted(name: string): name is TableName {
  return (TABLES as readonly string[]).includes(name);
}
