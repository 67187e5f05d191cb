/**
 * A room's state, while it is in memory. It is changed here alone, by methods that also note, in the transaction
 * that they are given, what to write to the disk; others only read it. What is told of a change is the features' business.
 */
import { randomBytes } from "node:crypto";
import { Jid, type AccountJid, type BareJid, type FullJid } from "../../address.js";
import { isAtLeast, type Affiliation, type Role } from "./affiliation.js";
import { Members, type Member } from "./members.js";
import { keyOf, occupantJid, type Nick } from "./nick.js";
import type { Occupant } from "./occupant.js";
import { Occupants, type Newcomer } from "./occupants.js";
import type { Options } from "./options.js";
import { occupantIdOf } from "./stable-ids.js";
import type { Transaction } from "../transaction.js";
import type { StoredOccupant } from "../../../storage/rooms-store.js";
import type { RoomVcard } from "../../../storage/rooms-vcards.js";

export interface Subject {
  /** The <subject/> elements, as XML. */
  readonly xml: string;
  /** Who set it: the nickname that they had. */
  readonly nick: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface RoomInit {
  readonly id: number;
  readonly jid: AccountJid;
  readonly secret: Buffer;
  readonly createdAt: number;
  readonly locked: boolean;
  readonly options: Options;
  readonly subject: Subject | undefined;
  readonly members: readonly Member[];
  readonly occupants: readonly StoredOccupant[];
  readonly pictures: readonly string[];
}

export class Room {
  readonly id: number;
  readonly jid: AccountJid;
  readonly createdAt: number;
  readonly #secret: Buffer;
  readonly #members: Members;
  readonly #occupants = new Occupants();
  #locked: boolean;
  #options: Options;
  #subject: Subject | undefined;
  #pictures: readonly string[];
  #absentMembers: readonly string[] | undefined;
  /** Destroyed. */
  isGone = false;
  /** Not as it is on the disk, as a change could not be stored. */
  isLost = false;
  /** Transactions that change it and are not committed yet, and those of them that change what isn't in memory. */
  uncommitted = 0;
  unstored = 0;
  /** Milliseconds of performance.now(). */
  touchedAt = performance.now();

  constructor(init: RoomInit) {
    this.id = init.id;
    this.jid = init.jid;
    this.createdAt = init.createdAt;
    this.#secret = init.secret;
    this.#locked = init.locked;
    this.#options = init.options;
    this.#subject = init.subject;
    this.#pictures = init.pictures;
    this.#members = new Members(init.members);
    for (const { jid: text, nick, role, presence, presentAt } of init.occupants) {
      const jid = Jid.parse(text) as FullJid | undefined;
      if (jid !== undefined)
        this.#seat(jid, { nick: { text: nick, key: keyOf(nick) }, role, presence }, presentAt);
    }
  }

  /** A new room: locked where its maker still has to configure it. */
  static create(
    transaction: Transaction,
    id: number,
    jid: AccountJid,
    options: Options,
    locked: boolean,
  ): Room {
    const init = {
      id,
      jid,
      secret: randomBytes(16),
      createdAt: transaction.at,
      locked,
      options,
      subject: undefined,
    };
    const room = new Room({ ...init, members: [], occupants: [], pictures: [] });
    room.#save(transaction);
    return room;
  }

  get options(): Options {
    return this.#options;
  }

  get isLocked(): boolean {
    return this.#locked;
  }

  get subject(): Subject | undefined {
    return this.#subject;
  }

  /** SHA-1 of each picture in its vCard, in hex. */
  get pictures(): readonly string[] {
    return this.#pictures;
  }

  get members(): Omit<Members, "put" | "delete"> {
    return this.#members;
  }

  /** By nickname's key, in the order in which they came. */
  get occupants(): ReadonlyMap<string, Occupant> {
    return this.#occupants.byNick;
  }

  /** By full address. */
  get sessions(): ReadonlyMap<string, Occupant> {
    return this.#occupants.bySession;
  }

  /** The full addresses of all sessions inside. */
  get recipients(): readonly string[] {
    return this.#occupants.recipients;
  }

  affiliationOf(jid: Jid): Affiliation {
    return this.#members.affiliationOf(jid);
  }

  /** The occupants of an account; it may be inside under several nicknames. */
  occupantsOf(account: BareJid): Occupant[] {
    return [...(this.#occupants.byAccount.get(account.text) ?? [])];
  }

  /** Whether an account is inside. */
  isInside(account: BareJid): boolean {
    return this.#occupants.byAccount.has(account.text);
  }

  /** The occupants that an affiliation concerns: an account's, or a whole domain's. */
  concernedBy(jid: BareJid): Iterable<Occupant> {
    return this.#occupants.concernedBy(jid);
  }

  occupantIdOf(account: BareJid): string {
    return occupantIdOf(this.#secret, account);
  }

  /** Whether an account may be called this, as far as others are concerned. */
  isFree(nick: Nick, account: BareJid): boolean {
    const occupant = this.occupants.get(nick.key);
    return (occupant?.account.equals(account) ?? true) && this.#members.isFreeFor(nick.key, account);
  }

  /** Members and more who are not inside and are to be invited when something is said. */
  get absentMembers(): readonly string[] {
    if (this.#absentMembers === undefined) {
      const absent = [...this.#members.all()].filter((member) => this.#isAbsentMember(member));
      this.#absentMembers = absent.map(({ jid }) => jid);
    }
    return this.#absentMembers;
  }

  /** Whether an account is one of them. */
  isAbsentMember(jid: string): boolean {
    const member = this.#members.get(jid);
    return member !== undefined && this.#isAbsentMember(member);
  }

  configure(transaction: Transaction, options: Options): void {
    this.#options = options;
    this.#occupants.forgetTexts();
    this.#save(transaction);
  }

  unlock(transaction: Transaction): void {
    this.#locked = false;
    this.#save(transaction);
  }

  setSubject(transaction: Transaction, subject: Subject): void {
    this.#subject = subject;
    this.#save(transaction);
  }

  /** Sets the room's vCard, or takes it away. */
  setVcard(transaction: Transaction, vcard: RoomVcard | undefined): void {
    this.#pictures = vcard?.pictures ?? [];
    transaction.writeOnDisk(this, ({ vcards }) => {
      if (vcard === undefined) vcards.remove(this.id);
      else vcards.put(this.id, vcard);
    });
  }

  /** Sets an account's affiliation (or bans a domain), keeping its place in the order and, unless told, its nickname. */
  setAffiliation(
    transaction: Transaction,
    jid: BareJid,
    affiliation: Affiliation,
    reason?: string,
    nick?: string,
  ): void {
    const known = this.#members.get(jid.text);
    if (affiliation === "none") {
      if (known === undefined) return;
      this.#members.delete(jid.text);
      transaction.write(this, ({ rooms }) => rooms.removeAffiliation(this.id, jid.text));
    } else {
      // Whoever was banned comes anew.
      const since =
        known === undefined || known.affiliation === "outcast" ? transaction.nextStanzaId() : known.since;
      const wanted = nick ?? known?.nick;
      const reserved = affiliation === "outcast" || wanted === "" ? undefined : wanted;
      const invited = known?.invited ?? false;
      this.#putMember(transaction, { jid: jid.text, affiliation, since, nick: reserved, reason, invited });
    }
    for (const occupant of this.#occupants.concernedBy(jid)) {
      this.#occupants.change(occupant, { affiliation: this.#members.affiliationOf(occupant.account) });
    }
    this.#absentMembers = undefined;
  }

  /** Makes very many members at once of accounts that are nothing to the room and not inside, in this order. */
  addMembers(transaction: Transaction, jids: readonly string[]): void {
    const first = transaction.nextStanzaId(jids.length);
    for (const [index, jid] of jids.entries()) {
      const since = first + index;
      const none = { nick: undefined, reason: undefined, invited: false };
      this.#members.put({ jid, affiliation: "member", since, ...none });
    }
    this.#absentMembers = undefined;
    transaction.write(this, ({ rooms }) => rooms.addMembers(this.id, jids, first));
  }

  /** Makes nothing of very many accounts at once, none of which is inside. */
  removeMembers(transaction: Transaction, jids: readonly string[]): void {
    for (const jid of jids) this.#members.delete(jid);
    this.#absentMembers = undefined;
    transaction.write(this, ({ rooms }) => rooms.removeAffiliations(this.id, jids));
  }

  /** Reserves a nickname for a member, or none. */
  reserve(transaction: Transaction, member: Member, nick: string | undefined): void {
    this.#putMember(transaction, { ...member, nick });
  }

  /**
   * Nothing that is said invites these members any more until they come in: they were invited, or put out, or left
   * on purpose.
   */
  stopInviting(transaction: Transaction, jids: readonly string[]): void {
    for (const jid of jids) {
      const member = this.#members.get(jid);
      if (member !== undefined) this.#members.put({ ...member, invited: true });
    }
    this.#absentMembers = undefined;
    transaction.write(this, ({ rooms }) => rooms.setAllInvited(this.id, jids));
  }

  /** Lets a session in: as a new occupant, or as one more session of one. */
  enter(transaction: Transaction, jid: FullJid, newcomer: Newcomer): Occupant {
    const occupant = this.#seat(jid, newcomer, transaction.nextStanzaId());
    this.#saveSession(transaction, occupant, jid.text);
    const member = this.#members.get(occupant.account.text);
    if (member?.invited === true) {
      this.#members.put({ ...member, invited: false });
      transaction.write(this, ({ rooms }) => rooms.setInvited(this.id, member.jid, false));
    }
    return occupant;
  }

  /** Takes a session out; its occupant goes with the last one. */
  leave(transaction: Transaction, jid: string): void {
    this.#occupants.unseat(jid);
    this.#absentMembers = undefined;
    transaction.write(this, ({ rooms }) => rooms.removeOccupant(this.id, jid));
  }

  setPresence(transaction: Transaction, occupant: Occupant, jid: string, presence: string): void {
    const session = occupant.sessions.get(jid);
    if (session === undefined) return;
    this.#occupants.appear(occupant, { jid: session.jid, presence, presentAt: transaction.nextStanzaId() });
    this.#saveSession(transaction, occupant, jid);
  }

  setRole(transaction: Transaction, occupant: Occupant, role: Role): void {
    this.#occupants.change(occupant, { role });
    for (const jid of occupant.sessions.keys()) this.#saveSession(transaction, occupant, jid);
  }

  rename(transaction: Transaction, occupant: Occupant, nick: Nick): void {
    this.#occupants.rename(occupant, nick, this.#occupantJid(nick));
    for (const jid of occupant.sessions.keys()) this.#saveSession(transaction, occupant, jid);
  }

  /** Ends the room, with all that belongs to it. */
  remove(transaction: Transaction): void {
    transaction.write(this, ({ rooms }) => rooms.remove(this.id));
    this.isGone = true;
  }

  #seat(jid: FullJid, newcomer: Newcomer, presentAt: number): Occupant {
    this.#absentMembers = undefined;
    return this.#occupants.seat(jid, presentAt, newcomer, () => ({
      jid: this.#occupantJid(newcomer.nick),
      id: () => this.occupantIdOf(jid.bare),
      affiliation: this.#members.affiliationOf(jid),
    }));
  }

  #isAbsentMember({ jid, affiliation, invited }: Member): boolean {
    return !invited && isAtLeast(affiliation, "member") && !this.#occupants.byAccount.has(jid);
  }

  #occupantJid(nick: Nick): FullJid {
    const jid = occupantJid(this.jid, nick);
    if (jid === undefined) throw new Error(`${nick.text} fits in no address`);
    return jid;
  }

  #putMember(transaction: Transaction, member: Member): void {
    this.#members.put(member);
    transaction.write(this, ({ rooms }) => rooms.putAffiliation(this.id, member));
  }

  #saveSession(transaction: Transaction, { nick, role, sessions }: Occupant, jid: string): void {
    const session = sessions.get(jid);
    if (session === undefined || role === "none") throw new Error("nobody is inside without a role");
    const { presence, presentAt } = session;
    const stored = { jid, nick: nick.text, role, presence, presentAt };
    transaction.write(this, ({ rooms }) => rooms.putOccupant(this.id, stored));
  }

  #save(transaction: Transaction): void {
    const stored = {
      id: this.id,
      name: this.jid.local,
      secret: this.#secret,
      createdAt: this.createdAt,
      locked: this.#locked,
      listed: this.#options.public && !this.#locked,
      options: JSON.stringify(this.#options),
      subject: this.#subject === undefined ? undefined : JSON.stringify(this.#subject),
    };
    transaction.write(this, ({ rooms }) => rooms.put(stored));
  }
}
