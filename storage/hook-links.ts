/** Stores the short links of hooks' messages: an id, and the URL to which it leads. */
import type { Database } from "./database.js";
import { Store } from "./sql.js";

export interface ShortLink {
  readonly id: string;
  readonly url: string;
}

/** How many old links are deleted when a link is stored, at most. */
const MAX_PRUNED = 100;
/** How many links are kept: those of a month with thousands of alerts a day aren't too many. */
const MOST = 50_000;
/** How many links are stored between two looks whether they are too many. */
const PUTS_PER_LOOK = 16;

export class HookLinks extends Store {
  #puts = 0;

  constructor(
    db: Database,
    private readonly most = MOST,
  ) {
    super(db);
  }

  /**
   * Stores a link, inside a transaction, and deletes some of those that were last told before `keptFrom`, or are too many:
   * the ones that weren't told for longest, as people follow the links of new messages.
   */
  put({ id, url }: ShortLink, toldAt: number, keptFrom: number): void {
    // A link never changes where it leads.
    const sql = `INSERT INTO hook_links (id, url, told_at) VALUES (?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET told_at = excluded.told_at`;
    this.sql.run(sql, id, url, toldAt);
    this.sql.run("DELETE FROM hook_links WHERE told_at < ? LIMIT ?", keptFrom, MAX_PRUNED);
    if (this.#puts++ % PUTS_PER_LOOK === 0) this.#shrink();
  }

  #shrink(): void {
    const excess = "SELECT id FROM hook_links ORDER BY told_at DESC LIMIT ? OFFSET ?";
    this.sql.run(`DELETE FROM hook_links WHERE id IN (${excess})`, MAX_PRUNED, this.most);
  }

  /** Returns the URL to which a link leads; undefined if it is unknown. */
  readonly find = this.sql.values<string, [id: string]>("SELECT url FROM hook_links WHERE id = ?").get;
}
