/** The affiliations of a loaded room, and the nicknames reserved with them. */
import type { StoredAffiliation } from "../../../storage/rooms-store.js";
import type { BareJid, Jid } from "../../address.js";
import { Lookalikes } from "../../lookalikes.js";
import { keyOf } from "../../nick.js";
import { isAtLeast, type Affiliation } from "./affiliation.js";

export class AffiliationList {
  readonly #byJid = new Map<string, StoredAffiliation>();
  readonly #byNick = new Map<string, string>();
  readonly lookalikes = new Lookalikes();
  #owners = 0;

  constructor(stored: readonly StoredAffiliation[]) {
    for (const member of stored) this.put(member);
  }

  get size(): number {
    return this.#byJid.size;
  }

  get owners(): number {
    return this.#owners;
  }

  /** Unordered. */
  all(): Iterable<StoredAffiliation> {
    return this.#byJid.values();
  }

  /** The accounts with one affiliation, oldest first. */
  withAffiliation(affiliation: Affiliation): StoredAffiliation[] {
    return this.#sorted((member) => member.affiliation === affiliation);
  }

  /** Members, administrators and owners, oldest first. */
  atLeastMembers(): StoredAffiliation[] {
    return this.#sorted((member) => isAtLeast(member.affiliation, "member"));
  }

  get(jid: string): StoredAffiliation | undefined {
    return this.#byJid.get(jid);
  }

  /** An account's affiliation; a domain's ban applies to its accounts without an affiliation of their own. */
  affiliationOf(jid: Jid): Affiliation {
    const own = this.#byJid.get(jid.bare.text);
    return own?.affiliation ?? this.#byJid.get(jid.domain)?.affiliation ?? "none";
  }

  /** The account for which a nickname is reserved. */
  reserver(nickKey: string): string | undefined {
    return this.#byNick.get(nickKey);
  }

  /** Whether no other account has reserved a nickname. */
  isFreeFor(nickKey: string, account: BareJid): boolean {
    const reserver = this.#byNick.get(nickKey);
    return reserver === undefined || reserver === account.text;
  }

  put(member: StoredAffiliation): void {
    this.delete(member.jid);
    this.#byJid.set(member.jid, member);
    if (member.nick !== undefined) {
      this.#byNick.set(keyOf(member.nick), member.jid);
      this.lookalikes.add(member.nick, member.jid);
    }
    if (member.affiliation === "owner") this.#owners += 1;
  }

  delete(jid: string): void {
    const member = this.#byJid.get(jid);
    if (member === undefined) return;
    this.#byJid.delete(jid);
    if (member.nick !== undefined) {
      this.#byNick.delete(keyOf(member.nick));
      this.lookalikes.delete(member.nick);
    }
    if (member.affiliation === "owner") this.#owners -= 1;
  }

  #sorted(isWanted: (member: StoredAffiliation) => boolean): StoredAffiliation[] {
    return [...this.#byJid.values()].filter(isWanted).sort((one, other) => one.since - other.since);
  }
}
