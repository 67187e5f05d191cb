/** The source of an import: tables of a dump, whose rows can be read from any offset. */

/** The tables, each after those that it refers to. */
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

/** A row; columns that the dump doesn't have are null. */
export interface Row {
  get(column: string): string | null;
}

export type ReadRow = {
  /** Its place: "line 17". */
  readonly where: string;
  /** Offset in bytes of what follows it, and the line number there. */
  readonly end: number;
  readonly nextLine: number;
} & ({ readonly row: Row } | { readonly reason: string });

export interface Table {
  readonly name: TableName;
  /** The file that contains it. */
  readonly path: string;
  readonly columns: readonly string[];
  /** Offsets of its first row, and of what follows its last one. */
  readonly start: number;
  readonly end: number;
  /** Reads rows. @param from the offset of a row @param line the line number there */
  rows(from: number, line: number): Iterable<ReadRow>;
  /** Line number of its first row. */
  readonly firstLine: number;
}

export interface Source {
  /** Identifies the content of the dump, whatever its name. */
  readonly identity: string;
  readonly tables: ReadonlyMap<TableName, Table>;
}

export function isWanted(name: string): name is TableName {
  return (TABLES as readonly string[]).includes(name);
}

/** Returns a function that makes a row of cells. */
export function rowMaker(columns: readonly string[]): (cells: readonly (string | null)[]) => Row {
  const index = new Map(columns.map((column, at) => [column, at]));
  return (cells) => ({
    get: (column) => {
      const at = index.get(column);
      return at === undefined ? null : (cells[at] ?? null);
    },
  });
}
