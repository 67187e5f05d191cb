/** Stores the short links of hooks' messages: an id, and the URL to which it leads. */
import { Store } from "./sql.js";

export interface ShortLink {
  readonly id: string;
  readonly url: string;
}

/** How many old links are deleted when a link is stored, at most. */
const MAX_PRUNED = 100;

export class HookLinks extends Store {
  /** Stores a link, inside a transaction, and deletes some of those that were last told before `keptFrom`. */
  put({ id, url }: ShortLink, toldAt: number, keptFrom: number): void {
    // A link never changes where it leads.
    const sql = `INSERT INTO hook_links (id, url, told_at) VALUES (?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET told_at = excluded.told_at`;
    this.sql.run(sql, id, url, toldAt);
    this.sql.run("DELETE FROM hook_links WHERE told_at < ? LIMIT ?", keptFrom, MAX_PRUNED);
  }

  /** Returns the URL to which a link leads; undefined if it is unknown. */
  readonly find = this.sql.values<string, [id: string]>("SELECT url FROM hook_links WHERE id = ?").get;
}
