/** The table of keys for web services: one row per session, with the key's hash. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

export interface StoredKey {
  readonly id: number;
  /** The owner's bare address. */
  readonly jid: string;
  /** The session's resource. */
  readonly resource: string;
  readonly hash: Buffer;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Rows deleted at once: about a millisecond. */
const PRUNE_SLICE = 500;

export class KeysStore {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  /**
   * Stores a session's key, replacing its previous one. If the user then has more than `most`, the oldest are deleted.
   * Run it inside a transaction.
   */
  put({ jid, resource, hash, issuedAt, expiresAt }: Omit<StoredKey, "id">, most: number): void {
    this.#sql.run(
      `INSERT INTO keys (jid, resource, hash, issued_at, expires_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (jid, resource) DO UPDATE SET hash = excluded.hash, issued_at = excluded.issued_at,
         expires_at = excluded.expires_at`,
      ...[jid, resource, hash, issuedAt, expiresAt],
    );
    this.#sql.run(
      `DELETE FROM keys WHERE jid = ? AND id NOT IN
         (SELECT id FROM keys WHERE jid = ? ORDER BY issued_at DESC, id DESC LIMIT ?)`,
      ...[jid, jid, most],
    );
  }

  /** All keys of a user, the oldest first, including recently expired ones. */
  of(jid: string): StoredKey[] {
    return this.#sql.rows<StoredKey>("SELECT * FROM keys WHERE jid = ? ORDER BY issued_at, id").all(jid);
  }

  /** All keys, by owner. */
  list(limit: number, offset: number): StoredKey[] {
    const sql = "SELECT * FROM keys ORDER BY jid, issued_at, id LIMIT ? OFFSET ?";
    return this.#sql.rows<StoredKey>(sql).all(limit, offset);
  }

  /** Revokes all keys of a user. @returns their number */
  revoke(jid: string): number {
    return this.#sql.changes("DELETE FROM keys WHERE jid = ?", jid);
  }

  /** Revokes a session's key. @returns whether there was one */
  revokeOne(jid: string, resource: string): boolean {
    return this.#sql.changes("DELETE FROM keys WHERE jid = ? AND resource = ?", jid, resource) > 0;
  }

  /** Deletes some of the keys that expired before this; true if there may be more. */
  prune(before: number): boolean {
    const sql = "DELETE FROM keys WHERE id IN (SELECT id FROM keys WHERE expires_at < ? LIMIT ?)";
    return this.#sql.changes(sql, before, PRUNE_SLICE) === PRUNE_SLICE;
  }
}
