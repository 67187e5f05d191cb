/** Who is what to a room: its affiliations and the nicknames reserved for them, in memory while it is loaded. */
import type { StoredAffiliation } from "../../../storage/rooms-store.js";
import type { BareJid, Jid } from "../../address.js";
import { Lookalikes } from "../../lookalikes.js";
import { keyOf } from "../../nick.js";
import { isAtLeast, type Affiliation } from "./affiliation.js";

export type Member = StoredAffiliation;

export class Members {
  readonly #byJid = new Map<string, Member>();
  readonly #byNick = new Map<string, string>();
  readonly lookalikes = new Lookalikes();
  #owners = 0;

  constructor(stored: readonly Member[]) {
    for (const member of stored) this.put(member);
  }

  get size(): number {
    return this.#byJid.size;
  }

  get owners(): number {
    return this.#owners;
  }

  /** In no order. */
  all(): Iterable<Member> {
    return this.#byJid.values();
  }

  /** Those of one affiliation, in the order in which they came. */
  ofAffiliation(affiliation: Affiliation): Member[] {
    return this.#sorted((member) => member.affiliation === affiliation);
  }

  /** Members and more, in the order in which they came. */
  atLeastMembers(): Member[] {
    return this.#sorted((member) => isAtLeast(member.affiliation, "member"));
  }

  get(jid: string): Member | undefined {
    return this.#byJid.get(jid);
  }

  /** An account's affiliation; a domain's ban holds for all its accounts that have none of their own. */
  affiliationOf(jid: Jid): Affiliation {
    const own = this.#byJid.get(jid.bare.text);
    return own?.affiliation ?? this.#byJid.get(jid.domain)?.affiliation ?? "none";
  }

  /** Whose the reserved nickname is; undefined where it is nobody's. */
  reserver(nickKey: string): string | undefined {
    return this.#byNick.get(nickKey);
  }

  /** Whether a nickname is free for this account, as far as reservations go. */
  isFreeFor(nickKey: string, account: BareJid): boolean {
    const reserver = this.#byNick.get(nickKey);
    return reserver === undefined || reserver === account.text;
  }

  put(member: Member): void {
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

  #sorted(isWanted: (member: Member) => boolean): Member[] {
    return [...this.#byJid.values()].filter(isWanted).sort((one, other) => one.since - other.since);
  }
}
