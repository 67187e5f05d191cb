/** The rows of keys for web services: hashes only, one a session, several a user. */
import type { Database } from "./database.js";
import { Sql } from "./sql.js";

export interface StoredKey {
  readonly id: number;
  /** The owner's bare address. */
  readonly jid: string;
  /** The session that it was given to. */
  readonly resource: string;
  readonly hash: Buffer;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Few enough to be deleted between two calls without one noticing: about a millisecond. */
const PRUNE_SLICE = 500;

export class KeysStore {
  readonly #sql: Sql;

  constructor(db: Database) {
    this.#sql = new Sql(db);
  }

  /**
   * Stores a session's key in place of its last one; if the user then has more than `most`, the oldest are deleted.
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

  /** All of a user's keys, oldest first, with those that expired lately. */
  of(jid: string): StoredKey[] {
    return this.#sql.rows<StoredKey>("SELECT * FROM keys WHERE jid = ? ORDER BY issued_at, id").all(jid);
  }

  /** Everybody's keys, by owner. */
  list(limit: number, offset: number): StoredKey[] {
    const sql = "SELECT * FROM keys ORDER BY jid, issued_at, id LIMIT ? OFFSET ?";
    return this.#sql.rows<StoredKey>(sql).all(limit, offset);
  }

  /** Revokes all of a user's keys. @returns how many there were */
  revoke(jid: string): number {
    return this.#sql.changes("DELETE FROM keys WHERE jid = ?", jid);
  }

  /** Revokes one session's key. */
  revokeOne(jid: string, resource: string): boolean {
    return this.#sql.changes("DELETE FROM keys WHERE jid = ? AND resource = ?", jid, resource) > 0;
  }

  /** Deletes some of the keys that expired before this; true if there may be more. */
  prune(before: number): boolean {
    const sql = "DELETE FROM keys WHERE id IN (SELECT id FROM keys WHERE expires_at < ? LIMIT ?)";
    return this.#sql.changes(sql, before, PRUNE_SLICE) === PRUNE_SLICE;
  }
}
