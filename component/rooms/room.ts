/**
 * A room's state, while it is in memory. It is changed here alone, by methods that also note, in the turn that they
 * are given, what to write to the disk; others only read it. What is told of a change is the features' business.
 */
import { randomBytes } from "node:crypto";
import { Jid, type AccountJid, type BareJid, type FullJid } from "../address.js";
import { isAtLeast, type Affiliation, type Role } from "./affiliation.js";
import { Members, type Member } from "./members.js";
import { keyOf, occupantJid, type Nick } from "./nick.js";
import type { Occupant } from "./occupant.js";
import { Occupants, type Newcomer } from "./occupants.js";
import type { Options } from "./options.js";
import { occupantIdOf } from "./stable-ids.js";
import type { Turn } from "./turn.js";
import type { StoredOccupant } from "../../storage/rooms-store.js";
import type { RoomVcard } from "../../storage/rooms-vcards.js";

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
  #absent: readonly string[] | undefined;
  /** Destroyed. */
  isGone = false;
  /** Not as it is on the disk, as a change could not be stored. */
  isLost = false;
  /** Turns that change it and are not committed yet, and those of them that change what isn't in memory. */
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
  static create(turn: Turn, id: number, jid: AccountJid, options: Options, locked: boolean): Room {
    const init = {
      id,
      jid,
      secret: randomBytes(16),
      createdAt: turn.at,
      locked,
      options,
      subject: undefined,
    };
    const room = new Room({ ...init, members: [], occupants: [], pictures: [] });
    room.#save(turn);
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
  get uninvited(): readonly string[] {
    if (this.#absent === undefined) {
      const absent = [...this.#members.all()].filter((member) => this.#isUninvited(member));
      this.#absent = absent.map(({ jid }) => jid);
    }
    return this.#absent;
  }

  /** Whether an account is one of them. */
  isUninvited(jid: string): boolean {
    const member = this.#members.get(jid);
    return member !== undefined && this.#isUninvited(member);
  }

  configure(turn: Turn, options: Options): void {
    this.#options = options;
    this.#occupants.forgetTexts();
    this.#save(turn);
  }

  unlock(turn: Turn): void {
    this.#locked = false;
    this.#save(turn);
  }

  setSubject(turn: Turn, subject: Subject): void {
    this.#subject = subject;
    this.#save(turn);
  }

  /** Sets the room's vCard, or takes it away. */
  setVcard(turn: Turn, vcard: RoomVcard | undefined): void {
    this.#pictures = vcard?.pictures ?? [];
    turn.writeOnDisk(this, ({ vcards }) => {
      if (vcard === undefined) vcards.remove(this.id);
      else vcards.put(this.id, vcard);
    });
  }

  /** Sets an account's affiliation (or bans a domain), keeping its place in the order and, unless told, its nickname. */
  setAffiliation(turn: Turn, jid: BareJid, affiliation: Affiliation, reason?: string, nick?: string): void {
    const known = this.#members.get(jid.text);
    if (affiliation === "none") {
      if (known === undefined) return;
      this.#members.delete(jid.text);
      turn.write(this, ({ rooms }) => rooms.removeAffiliation(this.id, jid.text));
    } else {
      // Whoever was banned comes anew.
      const since = known === undefined || known.affiliation === "outcast" ? turn.moment() : known.since;
      const wanted = nick ?? known?.nick;
      const reserved = affiliation === "outcast" || wanted === "" ? undefined : wanted;
      const invited = known?.invited ?? false;
      this.#putMember(turn, { jid: jid.text, affiliation, since, nick: reserved, reason, invited });
    }
    for (const occupant of this.#occupants.concernedBy(jid)) {
      this.#occupants.change(occupant, { affiliation: this.#members.affiliationOf(occupant.account) });
    }
    this.#absent = undefined;
  }

  /** Makes very many members at once of accounts that are nothing to the room and not inside, in this order. */
  addMembers(turn: Turn, jids: readonly string[]): void {
    const first = turn.moment(jids.length);
    for (const [index, jid] of jids.entries()) {
      const since = first + index;
      const none = { nick: undefined, reason: undefined, invited: false };
      this.#members.put({ jid, affiliation: "member", since, ...none });
    }
    this.#absent = undefined;
    turn.write(this, ({ rooms }) => rooms.addMembers(this.id, jids, first));
  }

  /** Makes nothing of very many accounts at once, none of which is inside. */
  removeMembers(turn: Turn, jids: readonly string[]): void {
    for (const jid of jids) this.#members.delete(jid);
    this.#absent = undefined;
    turn.write(this, ({ rooms }) => rooms.removeAffiliations(this.id, jids));
  }

  /** Reserves a nickname for a member, or none. */
  reserve(turn: Turn, member: Member, nick: string | undefined): void {
    this.#putMember(turn, { ...member, nick });
  }

  /**
   * Nothing that is said invites these members any more until they come in: they were invited, or put out, or left
   * on purpose.
   */
  stopInviting(turn: Turn, jids: readonly string[]): void {
    for (const jid of jids) {
      const member = this.#members.get(jid);
      if (member !== undefined) this.#members.put({ ...member, invited: true });
    }
    this.#absent = undefined;
    turn.write(this, ({ rooms }) => rooms.setAllInvited(this.id, jids));
  }

  /** Lets a session in: as a new occupant, or as one more session of one. */
  enter(turn: Turn, jid: FullJid, newcomer: Newcomer): Occupant {
    const occupant = this.#seat(jid, newcomer, turn.moment());
    this.#saveSession(turn, occupant, jid.text);
    const member = this.#members.get(occupant.account.text);
    if (member?.invited === true) {
      this.#members.put({ ...member, invited: false });
      turn.write(this, ({ rooms }) => rooms.setInvited(this.id, member.jid, false));
    }
    return occupant;
  }

  /** Takes a session out; its occupant goes with the last one. */
  leave(turn: Turn, jid: string): void {
    this.#occupants.unseat(jid);
    this.#absent = undefined;
    turn.write(this, ({ rooms }) => rooms.removeOccupant(this.id, jid));
  }

  setPresence(turn: Turn, occupant: Occupant, jid: string, presence: string): void {
    const session = occupant.sessions.get(jid);
    if (session === undefined) return;
    this.#occupants.appear(occupant, { jid: session.jid, presence, presentAt: turn.moment() });
    this.#saveSession(turn, occupant, jid);
  }

  setRole(turn: Turn, occupant: Occupant, role: Role): void {
    this.#occupants.change(occupant, { role });
    for (const jid of occupant.sessions.keys()) this.#saveSession(turn, occupant, jid);
  }

  rename(turn: Turn, occupant: Occupant, nick: Nick): void {
    this.#occupants.rename(occupant, nick, this.#occupantJid(nick));
    for (const jid of occupant.sessions.keys()) this.#saveSession(turn, occupant, jid);
  }

  /** Ends the room, with all that belongs to it. */
  remove(turn: Turn): void {
    turn.write(this, ({ rooms }) => rooms.remove(this.id));
    this.isGone = true;
  }

  #seat(jid: FullJid, newcomer: Newcomer, presentAt: number): Occupant {
    this.#absent = undefined;
    return this.#occupants.seat(jid, presentAt, newcomer, () => ({
      jid: this.#occupantJid(newcomer.nick),
      id: () => this.occupantIdOf(jid.bare),
      affiliation: this.#members.affiliationOf(jid),
    }));
  }

  #isUninvited({ jid, affiliation, invited }: Member): boolean {
    return !invited && isAtLeast(affiliation, "member") && !this.#occupants.byAccount.has(jid);
  }

  #occupantJid(nick: Nick): FullJid {
    const jid = occupantJid(this.jid, nick);
    if (jid === undefined) throw new Error(`${nick.text} fits in no address`);
    return jid;
  }

  #putMember(turn: Turn, member: Member): void {
    this.#members.put(member);
    turn.write(this, ({ rooms }) => rooms.putAffiliation(this.id, member));
  }

  #saveSession(turn: Turn, { nick, role, sessions }: Occupant, jid: string): void {
    const session = sessions.get(jid);
    if (session === undefined || role === "none") throw new Error("nobody is inside without a role");
    const { presence, presentAt } = session;
    const stored = { jid, nick: nick.text, role, presence, presentAt };
    turn.write(this, ({ rooms }) => rooms.putOccupant(this.id, stored));
  }

  #save(turn: Turn): void {
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
    turn.write(this, ({ rooms }) => rooms.put(stored));
  }
}
