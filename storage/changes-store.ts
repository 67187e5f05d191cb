/** Stores what administrators changed. */
import { Store } from "./sql.js";

/** A row of the table `changes`. */
export interface StoredChange {
  readonly id: number;
  readonly at: number;
  readonly who: string;
  readonly way: "command line" | "console" | "http" | "xmpp" | "chat";
  readonly operation: string;
  readonly arguments: string;
  readonly outcome: string | undefined;
}

const MAX_PRUNED = 500;

export class ChangesStore extends Store {
  add(change: Omit<StoredChange, "id">): number {
    return this.sql.insert("changes", change);
  }

  finish(id: number, outcome: string): void {
    this.sql.update("changes", { id }, { outcome });
  }

  /** Returns changes with ids below `before`, the newest first. */
  readonly list = this.sql.rows<StoredChange, [before: number, limit: number]>(
    "SELECT * FROM changes WHERE id < ? ORDER BY id DESC LIMIT ?",
  ).all;

  /** Deletes some changes before this time; returns whether more may remain. */
  prune(before: number): boolean {
    return this.sql.changes("DELETE FROM changes WHERE at < ? LIMIT ?", before, MAX_PRUNED) === MAX_PRUNED;
  }
}
