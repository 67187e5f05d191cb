/**
 * Keys by which web servers authenticate users (auth_uk): long decimal numbers that expire after some days, one for each
 * session.
 *
 * Only their SHA-256 is stored. A slow hash, as for passwords, isn't needed: a key has 106 random bits, so it can't be
 * found by trying.
 */
import { hash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import type { DirectoryStore } from "../../storage/directory-store.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { KeysStore, StoredKey } from "../../storage/keys-store.js";
import type { AccountJid, FullJid, Jid } from "../address.js";
import type { KeysConfig } from "../config.js";

export interface IssuedKey {
  /** Decimal digits. */
  readonly digits: string;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/**
 * - `good`: a valid key of the user
 * - `expired`: an expired key of the user
 * - `wrong`: not a key of the user
 */
export type Verdict = "good" | "expired" | "wrong";

/** A session that may have a key. */
export type KeyOwner = FullJid & { readonly local: string };

const DIGITS = 32;
const DAY_MS = 24 * 3600 * 1000;
/** Compared if a user has no key, so that the time taken doesn't reveal that. */
const NO_KEY = randomBytes(32);

export interface KeysOptions {
  /** The hosts whose users get keys. */
  readonly hosts: readonly string[];
  readonly config: KeysConfig;
}

export class Keys {
  constructor(
    private readonly store: KeysStore,
    private readonly directory: DirectoryStore,
    private readonly commit: GroupCommit,
    private readonly options: KeysOptions,
  ) {}

  /** Whether it is a session of a user of the served hosts whom the directory doesn't list as having left. */
  mayOwn(jid: Jid): jid is KeyOwner {
    return jid.local !== undefined && jid.resource !== undefined && this.#isStaff(jid.local, jid.domain);
  }

  /** Issues a session's key, which replaces its previous one; resolves when it is stored. */
  issue(owner: KeyOwner, days = this.options.config.days): Promise<IssuedKey> {
    const digits = Array.from({ length: DIGITS }, () => randomInt(10)).join("");
    const issuedAt = Date.now();
    const expiresAt = Math.round(issuedAt + days * DAY_MS);
    const key = { jid: owner.bare.text, resource: owner.resource, hash: hashOf(digits), issuedAt, expiresAt };
    return this.commit.run(() => {
      this.store.put(key, this.options.config.per_user);
      return { digits, issuedAt, expiresAt };
    });
  }

  /** Checks a key, in constant time. */
  judge(jid: AccountJid, digits: string): Verdict {
    const given = hashOf(digits);
    const keys: Pick<StoredKey, "hash" | "expiresAt">[] = this.store.of(jid.text);
    let match: Pick<StoredKey, "expiresAt"> | undefined;
    // All are compared, so that the time taken reveals nothing.
    for (const key of keys.length === 0 ? [{ hash: NO_KEY, expiresAt: 0 }] : keys) {
      if (timingSafeEqual(key.hash, given)) match = key;
    }
    if (match === undefined) return "wrong";
    return match.expiresAt > Date.now() && this.#isStaff(jid.local, jid.domain) ? "good" : "expired";
  }

  /** Revokes all keys of a user. Run it inside a transaction. */
  revoke(jid: AccountJid): number {
    return this.store.revoke(jid.text);
  }

  #isStaff(local: string, host: string): boolean {
    if (!this.options.hosts.includes(host)) return false;
    return this.directory.find(local, host)?.employed ?? true;
  }
}

function hashOf(digits: string): Buffer {
  return hash("sha256", digits, "buffer");
}
