/** A step of an import: one table, row by row. */
import type { Saved } from "../../../storage/directory-store.js";
import type { Row, TableName } from "./source.js";

export type Outcome =
  | Saved
  /** The row tells of something that is over: nothing to take. */
  | "over"
  /** It can't be taken. */
  | { readonly reason: string }
  /** It was taken, but for something. */
  | { readonly taken: Saved; readonly but: string };

export interface Step {
  readonly table: TableName;
  /** Runs inside a transaction. */
  take(row: Row): Outcome;
}
