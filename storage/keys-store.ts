/** Stores the hashes of keys with which users authenticate to web servers (the call auth_uk): one row per session. */
import { Store } from "./sql.js";

/** A row of the table `keys`. */
export interface StoredKey {
  readonly id: number;
  readonly jid: string;
  readonly resource: string;
  readonly hash: Buffer;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** The maximum number of keys that one prune() deletes, in about 1 ms. */
const MAX_PRUNED = 500;

export class KeysStore extends Store {
  /** Replaces a session's key, and deletes the user's oldest keys beyond `most`. Must run inside a transaction. */
  put(key: Omit<StoredKey, "id">, most: number): void {
    this.sql.put("keys", ["jid", "resource"], key);
    this.sql.run(
      "DELETE FROM keys WHERE jid = ? ORDER BY issued_at DESC, id DESC LIMIT -1 OFFSET ?",
      ...[key.jid, most],
    );
  }

  /** Returns all keys of a user, the oldest first, including expired keys that aren't deleted yet. */
  readonly of = this.sql.rows<StoredKey, [jid: string]>(
    "SELECT * FROM keys WHERE jid = ? ORDER BY issued_at, id",
  ).all;
  readonly list = this.sql.rows<StoredKey, [limit: number, offset: number]>(
    "SELECT * FROM keys ORDER BY jid, issued_at, id LIMIT ? OFFSET ?",
  ).all;
  readonly revoke = this.sql.write<[jid: string]>("DELETE FROM keys WHERE jid = ?").changes;
  readonly revokeOne = this.sql.write<[jid: string, resource: string]>(
    "DELETE FROM keys WHERE jid = ? AND resource = ?",
  ).some;

  /** Deletes some keys that expired before this time; returns whether more may remain. */
  prune(before: number): boolean {
    const sql = "DELETE FROM keys WHERE expires_at < ? LIMIT ?";
    return this.sql.changes(sql, before, MAX_PRUNED) === MAX_PRUNED;
  }
}
