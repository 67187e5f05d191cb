import type { StoredAffiliation } from "../../../storage/rooms-store.js";
import type { BareJid, Jid } from "../../addresses/address.js";
import { Lookalikes } from "../../addresses/lookalikes.js";
import { nickKeyOf } from "../../addresses/nick.js";

/** The affiliations (XEP-0045 §5), an account's lasting relation to a room, in ascending order. */
const AFFILIATIONS = ["outcast", "none", "member", "admin", "owner"] as const;
export type Affiliation = (typeof AFFILIATIONS)[number];
/** The roles, an occupant's rights in a room, which end when the occupant leaves, in ascending order. */
const ROLES = ["none", "visitor", "participant", "moderator"] as const;
export type Role = (typeof ROLES)[number];

export function isAffiliation(text: string | undefined): text is Affiliation {
  return AFFILIATIONS.some((each) => each === text);
}

export function isRole(text: string | undefined): text is Role {
  return ROLES.some((each) => each === text);
}

/** Returns less than 0 if `one` ranks below `other`, 0 if they are equal, more than 0 if `one` ranks above. */
export function compareAffiliations(one: Affiliation, other: Affiliation): number {
  return AFFILIATIONS.indexOf(one) - AFFILIATIONS.indexOf(other);
}

export function isAtLeast(affiliation: Affiliation, least: Affiliation): boolean {
  return compareAffiliations(affiliation, least) >= 0;
}

export function roleIsAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** The roles of newcomers by affiliation (§5.1.2), if no feature assigns another. */
export const USUAL_ROLE: Readonly<Record<Affiliation, Role>> = {
  owner: "moderator",
  admin: "moderator",
  member: "participant",
  none: "participant",
  outcast: "none",
};

export interface AffiliationChange {
  /** The account that gets the affiliation, or the domain to ban or unban. */
  readonly jid: BareJid;
  readonly affiliation: Affiliation;
  /** The nickname to reserve; "" releases the reserved nickname, undefined keeps it. */
  readonly nick?: string | undefined;
  readonly reason?: string | undefined;
}

/** An affiliation, or a reserved nickname, that was changed. */
export interface ChangedAffiliation {
  readonly jid: string;
  readonly was: Affiliation;
  readonly reason: string | undefined;
}

/** A room's affiliations by account or domain, with the nicknames that members have reserved. */
export class AffiliationList {
  readonly #byJid = new Map<string, StoredAffiliation>();
  /** The accounts that have reserved nicknames, by the nickname's key. */
  readonly #byNick = new Map<string, string>();
  readonly lookalikes = new Lookalikes();
  #owners = 0;
  #uninvited: readonly string[] | undefined;
  #left: readonly { readonly jid: string; readonly leftAt: number }[] | undefined;

  constructor(stored: readonly StoredAffiliation[]) {
    for (const member of stored) this.put(member);
  }

  get size(): number {
    return this.#byJid.size;
  }

  get owners(): number {
    return this.#owners;
  }

  all(): Iterable<StoredAffiliation> {
    return this.#byJid.values();
  }

  withAffiliation(affiliation: Affiliation): StoredAffiliation[] {
    return this.#sorted((member) => member.affiliation === affiliation);
  }

  atLeastMembers(): StoredAffiliation[] {
    return this.#sorted((member) => isAtLeast(member.affiliation, "member"));
  }

  /** The members, administrators and owners who were neither inside nor invited before; some may be inside now. */
  get uninvited(): readonly string[] {
    this.#uninvited ??= [...this.#byJid.values()]
      .filter(({ affiliation, invited }) => !invited && isAtLeast(affiliation, "member"))
      .map(({ jid }) => jid);
    return this.#uninvited;
  }

  /** Returns those who were inside, left before a time, and were not invited since; some may be inside again. */
  leftBefore(before: number): readonly string[] {
    this.#left ??= [...this.#byJid.values()].flatMap(({ jid, affiliation, leftAt }) =>
      leftAt !== undefined && isAtLeast(affiliation, "member") ? [{ jid, leftAt }] : [],
    );
    return this.#left.flatMap(({ jid, leftAt }) => (leftAt < before ? [jid] : []));
  }

  get(jid: string): StoredAffiliation | undefined {
    return this.#byJid.get(jid);
  }

  storedAffiliationOf(jid: string): Affiliation {
    return this.#byJid.get(jid)?.affiliation ?? "none";
  }

  /** Returns an account's affiliation; "outcast" if the account has none, but its domain is banned. */
  affiliationOf(jid: Jid): Affiliation {
    const own = this.#byJid.get(jid.bare.text);
    return own?.affiliation ?? this.#byJid.get(jid.domain)?.affiliation ?? "none";
  }

  /** Returns the account that has reserved a nickname. @param nickKey the nickname's key (nick.ts) */
  reserver(nickKey: string): string | undefined {
    return this.#byNick.get(nickKey);
  }

  isFreeFor(nickKey: string, account: BareJid): boolean {
    const reserver = this.#byNick.get(nickKey);
    return reserver === undefined || reserver === account.text;
  }

  put(member: StoredAffiliation): void {
    this.delete(member.jid);
    this.#uninvited = undefined;
    this.#left = undefined;
    this.#byJid.set(member.jid, member);
    if (member.nick !== undefined) {
      this.#byNick.set(nickKeyOf(member.nick), member.jid);
      this.lookalikes.add(member.nick, member.jid);
    }
    if (member.affiliation === "owner") this.#owners += 1;
  }

  delete(jid: string): void {
    const member = this.#byJid.get(jid);
    if (member === undefined) return;
    this.#uninvited = undefined;
    this.#left = undefined;
    this.#byJid.delete(jid);
    if (member.nick !== undefined) {
      this.#byNick.delete(nickKeyOf(member.nick));
      this.lookalikes.delete(member.nick);
    }
    if (member.affiliation === "owner") this.#owners -= 1;
  }

  #sorted(isWanted: (member: StoredAffiliation) => boolean): StoredAffiliation[] {
    return [...this.#byJid.values()].filter(isWanted).sort((one, other) => one.since - other.since);
  }
}
