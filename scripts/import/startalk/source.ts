/** What an import reads: the tables of a dump, each row a line that can be found again by its offset. */

/** The tables that are read, in the order in which they build on each other. */
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

/** One row; a column that the dump doesn't have is null, as NULL is. */
export interface Row {
  get(column: string): string | null;
}

export type ReadRow = {
  /** Where it stands: "line 17". */
  readonly where: string;
  /** The offset of what follows it, in bytes, and the number of the line there. */
  readonly end: number;
  readonly nextLine: number;
} & ({ readonly row: Row } | { readonly reason: string });

export interface Table {
  readonly name: TableName;
  /** The file that holds it. */
  readonly path: string;
  readonly columns: readonly string[];
  /** The offsets of its first row, and of what follows its last. */
  readonly start: number;
  readonly end: number;
  /** Its rows from an offset on, which must be one where a row begins. @param line the number of the line there */
  rows(from: number, line: number): Iterable<ReadRow>;
  /** The number of its first row's line. */
  readonly firstLine: number;
}

export interface Source {
  /** The same for the same dump, whatever it is called. */
  readonly identity: string;
  readonly tables: ReadonlyMap<TableName, Table>;
}

export function isWanted(name: string): name is TableName {
  return (TABLES as readonly string[]).includes(name);
}

/** Makes rows of cells, by the table's columns. */
export function rowMaker(columns: readonly string[]): (cells: readonly (string | null)[]) => Row {
  const index = new Map(columns.map((column, at) => [column, at]));
  return (cells) => ({
    get: (column) => {
      const at = index.get(column);
      return at === undefined ? null : (cells[at] ?? null);
    },
  });
}
