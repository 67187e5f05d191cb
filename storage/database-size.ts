/** How large the database is. */
import type { Database } from "./database.js";

/** Bytes of the file, those included that were freed and will be used again; what is in the log beside it isn't. */
export function databaseBytes(db: Database): number {
  const read = (pragma: string): number => Number(db.pragma(pragma, { simple: true }));
  return read("page_count") * read("page_size");
}
