/** The source of an import: tables of a dump, and what imports their rows. */
import type { Saved } from "../../../storage/directory-store.js";

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
export interface Row {
  get(column: string): string;
}

/** A row that was read, or the reason why it can't be read. */
export type ReadRow = {
  readonly line: number;
  /** How many bytes of the table have been read, including this row. */
  readonly at: number;
} & ({ readonly row: Row } | { readonly reason: string });

export interface Table {
  /** The size of the rows in the dump, in bytes. */
  readonly bytes: number;
  rows(): Iterable<ReadRow>;
}

/** The tables of a dump. */
export type Source = ReadonlyMap<TableName, Table>;

/** What became of a row. */
export type Outcome =
  | Saved
  /** The row is outdated, such as a former membership, and isn't imported. */
  | "over"
  /** The row is refused. */
  | { readonly reason: string }
  /** The row was imported in part; `but` says what is missing. */
  | { readonly taken: Saved; readonly but: string };

/** A step of an import, which imports the rows of one table. */
export interface Step {
  readonly table: TableName;
  /** Imports a row. Must run inside a transaction. */
  take(row: Row): Outcome;
}

export function isWanted(name: string): name is TableName {
  return (TABLES as readonly string[]).includes(name);
}

/** Returns a function that makes a row from cells. @param columns the names of the cells' columns */
export function rowMaker(columns: readonly string[]): (cells: readonly string[]) => Row {
  const index = new Map(columns.map((column, at) => [column, at]));
  return (cells) => ({ get: (column) => cells[index.get(column) ?? -1] ?? "" });
}
