/**
 * Keys by which web servers recognise users (auth_uk): long decimal numbers, given to a user's own session, good for
 * some days.
 *
 * Only their SHA-256 is stored. A slow hash as for passwords would add nothing: a key has 106 bits from a secure
 * source, so nobody who steals the hashes finds keys to them by trying.
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
 * - `good`: the user's own, and not expired
 * - `expired`: it was the user's own
 * - `wrong`: a guess
 */
export type Verdict = "good" | "expired" | "wrong";

/** The session of one who may have a key. */
export type KeyOwner = FullJid & { readonly local: string };

const DIGITS = 32;
const DAY_MS = 24 * 3600 * 1000;
/** What is compared where there is no key, so that the time taken doesn't tell. */
const NO_KEY = randomBytes(32);

export interface KeysOptions {
  /** Whose users get keys. */
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

  /**
   * Whether it is the session of a user of the hosts served, and not listed as having left. The server vouches for
   * the address; another component, an occupant of a room or a user from elsewhere has one in another domain.
   */
  mayOwn(jid: Jid): jid is KeyOwner {
    return jid.local !== undefined && jid.resource !== undefined && this.#isStaff(jid.local, jid.domain);
  }

  /** Makes a session's key, in place of its last one; resolves when it is stored. */
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

  /** Judges a key in a time that doesn't depend on how much of it is right. */
  judge(jid: AccountJid, digits: string): Verdict {
    const given = hashOf(digits);
    const keys: Pick<StoredKey, "hash" | "expiresAt">[] = this.store.of(jid.text);
    let match: Pick<StoredKey, "expiresAt"> | undefined;
    // All of them, always: stopping at the right one would tell which it was.
    for (const key of keys.length === 0 ? [{ hash: NO_KEY, expiresAt: 0 }] : keys) {
      if (timingSafeEqual(key.hash, given)) match = key;
    }
    if (match === undefined) return "wrong";
    return match.expiresAt > Date.now() && this.#isStaff(jid.local, jid.domain) ? "good" : "expired";
  }

  /** Takes away all of a user's keys; belongs in the transaction of whatever else ends their time here. */
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
