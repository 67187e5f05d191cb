/** Stores the hashes of keys with which users authenticate to web servers (the call auth_uk): one row per session. */
import { Store } from "./sql.js";

/** The key of a user's session. Times are in milliseconds since 1970. */
export interface StoredKey {
  readonly id: number;
  /** The owner's bare address. */
  readonly jid: string;
  /** The resource of the session that requested the key. */
  readonly resource: string;
  /** The SHA-256 of the key. */
  readonly hash: Buffer;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** The maximum number of rows that one prune() deletes, in about 1 ms. */
const PRUNE_SLICE = 500;

export class KeysStore extends Store {
  /** Replaces a session's key, and deletes the user's oldest keys beyond `most`. Must run inside a transaction. */
  put({ jid, resource, hash, issuedAt, expiresAt }: Omit<StoredKey, "id">, most: number): void {
    this.sql.run(
      `INSERT INTO keys (jid, resource, hash, issued_at, expires_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (jid, resource) DO UPDATE SET hash = excluded.hash, issued_at = excluded.issued_at,
         expires_at = excluded.expires_at`,
      ...[jid, resource, hash, issuedAt, expiresAt],
    );
    this.sql.run(
      `DELETE FROM keys WHERE jid = ? AND id NOT IN
         (SELECT id FROM keys WHERE jid = ? ORDER BY issued_at DESC, id DESC LIMIT ?)`,
      ...[jid, jid, most],
    );
  }

  /** Returns all keys of a user, the oldest first, including expired keys that aren't deleted yet. */
  of(jid: string): StoredKey[] {
    return this.sql.rows<StoredKey>("SELECT * FROM keys WHERE jid = ? ORDER BY issued_at, id").all(jid);
  }

  /** Returns keys of all users, sorted by owner. */
  list(limit: number, offset: number): StoredKey[] {
    const sql = "SELECT * FROM keys ORDER BY jid, issued_at, id LIMIT ? OFFSET ?";
    return this.sql.rows<StoredKey>(sql).all(limit, offset);
  }

  /** Revokes all keys of a user; returns how many. */
  revoke(jid: string): number {
    return this.sql.changes("DELETE FROM keys WHERE jid = ?", jid);
  }

  /** Revokes a session's key; false if it has none. */
  revokeOne(jid: string, resource: string): boolean {
    return this.sql.changes("DELETE FROM keys WHERE jid = ? AND resource = ?", jid, resource) > 0;
  }

  /** Deletes some keys that expired before this time; returns whether more may remain. */
  prune(before: number): boolean {
    const sql = "DELETE FROM keys WHERE id IN (SELECT id FROM keys WHERE expires_at < ? LIMIT ?)";
    return this.sql.changes(sql, before, PRUNE_SLICE) === PRUNE_SLICE;
  }
}
