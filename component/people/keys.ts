/**
 * Keys by which web servers authenticate users (auth_uk): 32 decimal digits, at most one key for each session. Only
 * SHA-256 hashes are stored; 106 random bits can't be guessed, so no slow hash is needed, unlike for passwords.
 */
import { randomInt } from "node:crypto";
import type { DirectoryStore } from "../../storage/directory-store.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { KeysStore, StoredKey } from "../../storage/keys-store.js";
import type { AccountJid, FullJid, Jid } from "../addresses/address.js";
import type { KeysConfig } from "../config.js";
import { hashOf, ownerOfSecret } from "../secrets.js";

/** A new key. Times are in milliseconds since 1970. */
export interface IssuedKey {
  readonly digits: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** The result of a check: a valid key of the user, an expired key of the user, or not a key of the user. */
export type Verdict = "good" | "expired" | "wrong";

/** A session that may have a key. */
export type KeyOwner = FullJid & { readonly local: string };

const KEY_DIGITS = 32;
const DAY_MS = 24 * 3600 * 1000;

export class Keys {
  constructor(
    private readonly store: KeysStore,
    private readonly directory: DirectoryStore,
    private readonly commit: GroupCommit,
    /** The hosts whose users get keys, and their configuration. */
    private readonly options: { readonly hosts: readonly string[]; readonly keys: KeysConfig },
  ) {}

  /** Whether this is a session of a served host's user, unless the directory marks the user as left. */
  mayOwn(jid: Jid): jid is KeyOwner {
    return jid.local !== undefined && jid.resource !== undefined && this.#isStaff(jid.local, jid.domain);
  }

  /** Makes a key for a session, valid for `days` days. It isn't stored yet. */
  make(
    owner: KeyOwner,
    days = this.options.keys.days,
  ): { readonly digits: string; readonly issued: Omit<StoredKey, "id"> } {
    const digits = Array.from({ length: KEY_DIGITS }, () => randomInt(10)).join("");
    const issuedAt = Date.now();
    const expiresAt = Math.round(issuedAt + days * DAY_MS);
    const { bare, resource } = owner;
    return { digits, issued: { jid: bare.text, resource, hash: hashOf(digits), issuedAt, expiresAt } };
  }

  /** Stores a key in place of the session's previous one, inside a transaction. */
  put(issued: Omit<StoredKey, "id">): void {
    this.store.put(issued, this.options.keys.per_user);
  }

  issue(owner: KeyOwner): Promise<IssuedKey> {
    const { digits, issued } = this.make(owner);
    return this.commit.run(() => {
      this.put(issued);
      return { digits, ...issued };
    });
  }

  /** Checks a key, in a time that doesn't depend on the result. */
  judge(jid: AccountJid, digits: string): Verdict {
    const match = ownerOfSecret(digits, this.store.of(jid.text), (key) => key.hash);
    if (match === undefined) return "wrong";
    return match.expiresAt > Date.now() && this.#isStaff(jid.local, jid.domain) ? "good" : "expired";
  }

  /** Revokes all keys of a user, inside a transaction. Returns how many keys were revoked. */
  revoke(jid: AccountJid): number {
    return this.store.revoke(jid.text);
  }

  #isStaff(local: string, host: string): boolean {
    if (!this.options.hosts.includes(host)) return false;
    return this.directory.find(local, host)?.employed ?? true;
  }
}
