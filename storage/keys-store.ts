/** The rows of keys for web services: hashes only, one a session, several a user. */
import type { Database } from "./database.js";

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

interface RawKey {
  id: number;
  jid: string;
  resource: string;
  hash: Buffer;
  issued_at: number;
  expires_at: number;
}

/** Few enough to be deleted between two calls without one noticing: about a millisecond. */
const PRUNE_SLICE = 500;

export class KeysStore {
  readonly #db: Database;
  readonly #put;
  readonly #trim;
  readonly #of;
  readonly #revoke;
  readonly #prune;

  constructor(db: Database) {
    this.#db = db;
    this.#put = db.prepare<[string, string, Buffer, number, number]>(
      `INSERT INTO keys (jid, resource, hash, issued_at, expires_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (jid, resource) DO UPDATE SET hash = excluded.hash, issued_at = excluded.issued_at,
         expires_at = excluded.expires_at`,
    );
    this.#trim = db.prepare<[string, string, number]>(
      `DELETE FROM keys WHERE jid = ? AND id NOT IN
         (SELECT id FROM keys WHERE jid = ? ORDER BY issued_at DESC, id DESC LIMIT ?)`,
    );
    this.#of = db.prepare<[string], RawKey>("SELECT * FROM keys WHERE jid = ? ORDER BY issued_at, id");
    this.#revoke = db.prepare<[string]>("DELETE FROM keys WHERE jid = ?");
    this.#prune = db.prepare<[number, number]>(
      "DELETE FROM keys WHERE id IN (SELECT id FROM keys WHERE expires_at < ? LIMIT ?)",
    );
  }

  /**
   * Stores a session's key in place of its last one; where the user then has more than `most`, the oldest go.
   * To be called inside a transaction.
   */
  put(key: Omit<StoredKey, "id">, most: number): void {
    this.#put.run(key.jid, key.resource, key.hash, key.issuedAt, key.expiresAt);
    this.#trim.run(key.jid, key.jid, most);
  }

  /** All of a user's keys, oldest first, those that expired lately among them. */
  of(jid: string): StoredKey[] {
    return this.#of.all(jid).map(key);
  }

  /** Everybody's keys, by owner. */
  list(limit: number, offset: number): StoredKey[] {
    const sql = "SELECT * FROM keys ORDER BY jid, issued_at, id LIMIT ? OFFSET ?";
    return this.#db.prepare<[number, number], RawKey>(sql).all(limit, offset).map(key);
  }

  /** Takes away all of a user's keys. @returns how many there were */
  revoke(jid: string): number {
    return this.#revoke.run(jid).changes;
  }

  /** Takes away one session's key. */
  revokeOne(jid: string, resource: string): boolean {
    return this.#db.prepare("DELETE FROM keys WHERE jid = ? AND resource = ?").run(jid, resource).changes > 0;
  }

  /** Forgets some of the keys that expired before this; true where there may be more. */
  prune(before: number): boolean {
    return this.#prune.run(before, PRUNE_SLICE).changes === PRUNE_SLICE;
  }
}

function key(raw: RawKey): StoredKey {
  return {
    id: raw.id,
    jid: raw.jid,
    resource: raw.resource,
    hash: raw.hash,
    issuedAt: raw.issued_at,
    expiresAt: raw.expires_at,
  };
}
