/** A step of an import: it imports the rows of one table. */
import type { Saved } from "../../../storage/directory-store.js";
import type { Row, TableName } from "./source.js";

export type Outcome =
  | Saved
  /** The row is about something that ended: there is nothing to import. */
  | "over"
  /** It is refused. */
  | { readonly reason: string }
  /** It was imported in part. */
  | { readonly taken: Saved; readonly but: string };

export interface Step {
  readonly table: TableName;
  /** Runs inside a transaction. */
  take(row: Row): Outcome;
}
