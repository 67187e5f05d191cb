/** The readable state of a room in memory; room.ts changes it. */
import type { StoredAffiliation, StoredOccupant } from "../../../storage/rooms-store.js";
import { Jid, type AccountJid, type BareJid, type FullJid } from "../../address.js";
import { looksOf } from "../../lookalikes.js";
import { keyOf, occupantJid, type Nick } from "../../nick.js";
import { isAtLeast, type Affiliation, type Role } from "./affiliation.js";
import { AffiliationList } from "./affiliation-list.js";
import type { Occupant } from "./occupant.js";
import type { Hats } from "./hats.js";
import { Occupants, type Newcomer } from "./occupants.js";
import type { RoomOptions } from "../../room-options.js";
import { occupantIdOf } from "./stable-ids.js";
import type { Subject } from "./subject.js";

/** The service administrators (admin/service-admins.ts), who have an owner's rights in every room. */
export interface Admins {
  has(jid: Jid): boolean;
}

/** Nicknames reserved for bots (hooks/bots.ts), which need not be members or inside. */
export interface ReservedNames {
  /** @returns the bare address of the account that has reserved nicknames of this appearance (lookalikes.ts) in a room */
  reserver(room: string, looks: string): string | undefined;
}

/** The part of the service that rooms read. */
export interface ViewRules {
  readonly admins: Admins;
  readonly hats: Pick<Hats, "areThere" | "of">;
  readonly reserved: ReservedNames;
}

export interface RoomInit {
  readonly id: number;
  readonly jid: AccountJid;
  readonly secret: Buffer;
  readonly createdAt: number;
  readonly locked: boolean;
  readonly options: RoomOptions;
  readonly subject: Subject | undefined;
  readonly affiliations: readonly StoredAffiliation[];
  readonly occupants: readonly StoredOccupant[];
  readonly pictures: readonly string[];
}

/** The state that owners change. */
interface State {
  locked: boolean;
  options: RoomOptions;
  subject: Subject | undefined;
  pictures: readonly string[];
}

export class RoomView {
  readonly id: number;
  readonly jid: AccountJid;
  readonly createdAt: number;
  readonly #admins: Admins;
  readonly #hats: ViewRules["hats"];
  readonly #reserved: ReservedNames;
  protected readonly secret: Buffer;
  protected readonly state: State;
  protected readonly affiliationList: AffiliationList;
  protected readonly occupantIndex = new Occupants();
  /** The cache of absentMembers; undefined if it is out of date. */
  protected absent: readonly string[] | undefined;

  constructor(init: RoomInit, { admins, hats, reserved }: ViewRules) {
    const { id, jid, createdAt, secret, locked, options, subject, pictures } = init;
    this.id = id;
    this.jid = jid;
    this.createdAt = createdAt;
    this.#admins = admins;
    this.#hats = hats;
    this.#reserved = reserved;
    this.secret = secret;
    this.state = { locked, options, subject, pictures };
    this.affiliationList = new AffiliationList(init.affiliations);
    for (const { jid: text, nick, role, presence, presentAt } of init.occupants) {
      const session = Jid.parse(text) as FullJid | undefined;
      if (session === undefined) continue;
      this.addSession(session, { nick: { text: nick, key: keyOf(nick) }, role, presence }, presentAt);
    }
  }

  /** Whether any hats are configured. */
  get hasHats(): boolean {
    return this.#hats.areThere;
  }

  get options(): RoomOptions {
    return this.state.options;
  }

  /** Whether others see the presence of occupants in this role (§15.5.3, muc#roomconfig_presencebroadcast). */
  isBroadcast(role: Role): boolean {
    return this.options.presenceBroadcast.some((each) => each === role);
  }

  /** Whether the room isn't configured yet. */
  get isLocked(): boolean {
    return this.state.locked;
  }

  get subject(): Subject | undefined {
    return this.state.subject;
  }

  /** SHA-1 of each picture in the vCard, in hex. */
  get pictures(): readonly string[] {
    return this.state.pictures;
  }

  get affiliations(): Omit<AffiliationList, "put" | "delete"> {
    return this.affiliationList;
  }

  /** By nickname's key, in the order of entering. */
  get occupants(): ReadonlyMap<string, Occupant> {
    return this.occupantIndex.byNick;
  }

  /** By full address. */
  get sessions(): ReadonlyMap<string, Occupant> {
    return this.occupantIndex.bySession;
  }

  /** The full addresses of all sessions. */
  get recipients(): readonly string[] {
    return this.occupantIndex.recipients;
  }

  /** The affiliation whose rights apply: "owner" for service administrators, whatever the list has. */
  affiliationOf(jid: Jid): Affiliation {
    return this.isServiceAdmin(jid) ? "owner" : this.affiliationList.affiliationOf(jid);
  }

  isServiceAdmin(jid: Jid): boolean {
    return this.#admins.has(jid);
  }

  /** The occupants of an account, which may be inside under several nicknames. */
  occupantsOf(account: BareJid): Occupant[] {
    return [...(this.occupantIndex.byAccount.get(account.text) ?? [])];
  }

  /** Whether an account is inside. */
  isInside(account: BareJid): boolean {
    return this.occupantIndex.byAccount.has(account.text);
  }

  /** The occupants that an affiliation applies to: an account's, or a whole domain's. */
  concernedBy(jid: BareJid): Iterable<Occupant> {
    return this.occupantIndex.concernedBy(jid);
  }

  occupantIdOf(account: BareJid): string {
    return occupantIdOf(this.secret, account);
  }

  /** Whether no other account uses or has reserved this nickname, or one that looks the same. */
  isFree(nick: Nick, account: BareJid): boolean {
    const occupant = this.occupants.get(nick.key);
    const isFree =
      (occupant?.account.equals(account) ?? true) && this.affiliationList.isFreeFor(nick.key, account);
    if (!isFree || this.#looksLikeAnothers(nick, account)) return false;
    const isTheirs = occupant !== undefined || this.affiliationList.reserver(nick.key) === account.text;
    const reserver = isTheirs ? undefined : this.#reserved.reserver(this.jid.text, looksOf(nick.text));
    return reserver === undefined || reserver === account.text;
  }

  /** Whether another account's nickname looks the same (lookalikes.ts). */
  #looksLikeAnothers(nick: Nick, account: BareJid): boolean {
    const looks = looksOf(nick.text);
    const { occupantIndex, affiliationList } = this;
    const holders = [
      looks === nick.key
        ? undefined
        : (occupantIndex.byNick.get(looks)?.account.text ?? affiliationList.reserver(looks)),
      occupantIndex.lookalikes.holder(looks),
      affiliationList.lookalikes.holder(looks),
    ];
    return holders.some((holder) => holder !== undefined && holder !== account.text);
  }

  /** Members, administrators and owners outside, to be invited by the next message. */
  get absentMembers(): readonly string[] {
    if (this.absent === undefined) {
      const absent = [...this.affiliationList.all()].filter((member) => this.#isAbsent(member));
      this.absent = absent.map(({ jid }) => jid);
    }
    return this.absent;
  }

  /** Whether an account is one of absentMembers. */
  isAbsentMember(jid: string): boolean {
    const member = this.affiliationList.get(jid);
    return member !== undefined && this.#isAbsent(member);
  }

  protected addSession(jid: FullJid, newcomer: Newcomer, presentAt: number): Occupant {
    this.absent = undefined;
    return this.occupantIndex.addSession(jid, presentAt, newcomer, () => ({
      jid: this.addressOf(newcomer.nick),
      id: () => this.occupantIdOf(jid.bare),
      hats: () => this.#hats.of(jid.bare),
      affiliation: this.affiliationOf(jid),
    }));
  }

  protected addressOf(nick: Nick): FullJid {
    const jid = occupantJid(this.jid, nick);
    if (jid === undefined) throw new Error(`${nick.text} fits in no address`);
    return jid;
  }

  #isAbsent({ jid, affiliation, invited }: StoredAffiliation): boolean {
    return !invited && isAtLeast(affiliation, "member") && !this.occupantIndex.byAccount.has(jid);
  }
}
