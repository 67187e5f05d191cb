/** Stores what administrators changed. Times are in milliseconds since 1970. */
import { Store } from "./sql.js";

export interface StoredChange {
  readonly id: number;
  readonly at: number;
  /** An operator's name, a Unix user, or an address. */
  readonly who: string;
  readonly way: "command line" | "console" | "http" | "xmpp";
  /** The operation's name, such as "hook add". */
  readonly operation: string;
  /** JSON, without secrets. */
  readonly arguments: string;
  /** What came of it; undefined: it was interrupted, or is under way. */
  readonly outcome: string | undefined;
}

/** The maximum number of rows that one prune() deletes. */
const PRUNE_SLICE = 500;

export class ChangesStore extends Store {
  /** Adds a change. @returns its id */
  add({ at, who, way, operation, arguments: given, outcome }: Omit<StoredChange, "id">): number {
    const sql = "INSERT INTO changes (at, who, way, operation, arguments, outcome) VALUES (?, ?, ?, ?, ?, ?)";
    return Number(this.sql.run(sql, at, who, way, operation, given, outcome).lastInsertRowid);
  }

  finish(id: number, outcome: string): void {
    this.sql.run("UPDATE changes SET outcome = ? WHERE id = ?", outcome, id);
  }

  /** Returns changes with ids below `before`, the newest first. */
  list(before: number, limit: number): StoredChange[] {
    const sql = "SELECT * FROM changes WHERE id < ? ORDER BY id DESC LIMIT ?";
    return this.sql.rows<StoredChange>(sql).all(before, limit);
  }

  /** Deletes some changes before this time; returns whether more may remain. */
  prune(before: number): boolean {
    const sql = "DELETE FROM changes WHERE id IN (SELECT id FROM changes WHERE at < ? LIMIT ?)";
    return this.sql.changes(sql, before, PRUNE_SLICE) === PRUNE_SLICE;
  }
}
