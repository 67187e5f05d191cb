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
    return this.sql.delete("keys", { jid });
  }

  /** Revokes a session's key; false if it has none. */
  revokeOne(jid: string, resource: string): boolean {
    return this.sql.delete("keys", { jid, resource }) > 0;
  }

  /** Deletes some keys that expired before this time; returns whether more may remain. */
  prune(before: number): boolean {
    const sql = "DELETE FROM keys WHERE expires_at < ? LIMIT ?";
    return this.sql.changes(sql, before, MAX_PRUNED) === MAX_PRUNED;
  }
}
