/** A step of an import, which imports the rows of one table. */
import type { Saved } from "../../../storage/directory-store.js";
import type { Row, TableName } from "./source.js";

/** What became of a row. */
export type Outcome =
  | Saved
  /** The row is outdated, such as a former membership, and isn't imported. */
  | "over"
  /** The row is refused. */
  | { readonly reason: string }
  /** The row was imported in part; `but` says what is missing. */
  | { readonly taken: Saved; readonly but: string };

export interface Step {
  readonly table: TableName;
  /** Imports a row. Must run inside a transaction. */
  take(row: Row): Outcome;
}
