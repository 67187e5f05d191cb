/** The source of an import: tables of a dump. */

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

/** A row of a table. The value of a column that the dump doesn't have is null. */
export interface Row {
  get(column: string): string | null;
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

export function isWanted(name: string): name is TableName {
  return (TABLES as readonly string[]).includes(name);
}

/** Returns a function that makes a row from cells. @param columns the names of the cells' columns */
export function rowMaker(columns: readonly string[]): (cells: readonly (string | null)[]) => Row {
  const index = new Map(columns.map((column, at) => [column, at]));
  return (cells) => ({
    get: (column) => {
      const at = index.get(column);
      return at === undefined ? null : (cells[at] ?? null);
    },
  });
}
