import { randomBytes } from "node:crypto";
import type {
  LoadedRoom,
  RoomVcard,
  StoredAffiliation,
  StoredRoomBot,
} from "../../../storage/rooms-store.js";
import { Jid, type AccountJid, type BareJid, type FullJid } from "../../addresses/address.js";
import { looksOf } from "../../addresses/lookalikes.js";
import { nickKeyOf, type Nick } from "../../addresses/nick.js";
import type { Condition, StanzaError } from "../../inbound/stanza-error.js";
import type { RoomOptions } from "../options/room-options.js";
import type { Transaction } from "../transaction.js";
import { roomError } from "../wire/replies.js";
import {
  AffiliationList,
  isAtLeast,
  type Affiliation,
  type AffiliationChange,
  type ChangedAffiliation,
  type Role,
} from "./affiliation.js";
import { nickOf, Occupants, type Newcomer, type Occupant } from "./occupants.js";
import type { RoomBot, RoomRules, WatchedRoom } from "./room-rules.js";
import { occupantIdOf } from "./stable-ids.js";
import type { Subject } from "./subject.js";

/** The stored state of a room, parsed. */
interface RoomInit extends Omit<LoadedRoom, "name" | "listed" | "options" | "subject"> {
  readonly jid: AccountJid;
  readonly options: RoomOptions;
  readonly subject: Subject | undefined;
}

/**
 * A room in memory. Methods with a transaction change it, and add database writes; callers notify occupants.
 *
 * What always holds:
 * - Memory is ahead of the database by the room's uncommitted transactions alone. If one of them fails, the object is lost:
 *   it leaves memory (Rooms.reread()), and whoever needs the room loads it again.
 * - Nothing waits between the first change and the commit() of a transaction, so no other event sees half a change.
 * - A deleted room (isGone) ignores further writes, and stays findable as "deleted" until its deletion is committed.
 */
export class Room implements WatchedRoom {
  readonly id: number;
  readonly jid: AccountJid;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
  /** The key from which occupant-ids are computed (XEP-0421). */
  readonly #secret: Buffer;
  #options: RoomOptions;
  #isLocked: boolean;
  #subject: Subject | undefined;
  #pictures: readonly string[];
  #changing: string | undefined;
  #bots: ReadonlyMap<string, Occupant>;
  readonly #affiliations: AffiliationList;
  readonly affiliations: Omit<AffiliationList, "put" | "delete">;
  readonly inside = new Occupants(this);
  /** The occupants by the nickname's key (nick.ts), in the order of entering. */
  readonly occupants = this.inside.byNick;
  readonly sessions = this.inside.bySession;
  // Only remove() below sets the first, and only Transactions and Rooms the others (ChangedRoom in transaction.ts).
  isGone = false;
  isLost = false;
  uncommitted = 0;
  unstored = 0;
  /** When the room was last used, in milliseconds of performance.now(). */
  touchedAt = performance.now();

  constructor(
    init: RoomInit,
    readonly rules: RoomRules,
  ) {
    this.id = init.id;
    this.jid = init.jid;
    this.createdAt = init.createdAt;
    this.#secret = init.secret;
    this.#options = init.options;
    this.#isLocked = init.locked;
    this.#subject = init.subject;
    this.#pictures = init.pictures;
    this.#changing = init.changing;
    this.#affiliations = new AffiliationList(init.affiliations);
    this.affiliations = this.#affiliations;
    this.#bots = this.inside.botsOf(init.bots);
    for (const { jid: text, nick, role, presence, presentAt, isShown } of init.occupants) {
      const jid = Jid.parse(text) as FullJid | undefined;
      if (jid !== undefined)
        this.inside.add({ jid, presence, presentAt }, { nick: nickOf(nick), role, isShown });
    }
  }

  static create(
    transaction: Transaction,
    made: Pick<RoomInit, "id" | "jid" | "options" | "locked">,
    rules: RoomRules,
  ): Room {
    const lists = { affiliations: [], occupants: [], bots: [], pictures: [] };
    const init = { ...made, ...lists, secret: randomBytes(16), createdAt: transaction.at };
    const room = new Room({ ...init, subject: undefined, changing: undefined }, rules);
    room.set(transaction, {});
    return room;
  }

  get options(): RoomOptions {
    return this.#options;
  }

  /** Whether only owners may enter, because the room was never configured. */
  get isLocked(): boolean {
    return this.#isLocked;
  }

  get subject(): Subject | undefined {
    return this.#subject;
  }

  /** The SHA-1 hash of each picture in the room's vCard, in hex. */
  get pictures(): readonly string[] {
    return this.#pictures;
  }

  /** What remains of changes (admin/changing.ts), as text. */
  get changing(): string | undefined {
    return this.#changing;
  }

  /** The bots that occupants see inside, by the nickname's key. They aren't occupants: nothing counts or removes them. */
  get bots(): ReadonlyMap<string, Occupant> {
    return this.#bots;
  }

  /** Makes a stanza error that names the room in its attribute `by` (RFC 6120 §8.3.2). */
  error(condition: Condition, text?: string): StanzaError {
    return roomError(this.jid, condition, text);
  }

  /** Whether occupants may wear hats: configured ones, that of duty, or those of bots. */
  get hasHats(): boolean {
    return this.rules.hats.areIn(this.jid.text) || this.postingBots.length > 0;
  }

  /** Whether others see the presence of occupants in this role (XEP-0045, muc#roomconfig_presencebroadcast). */
  isBroadcast(role: Role): boolean {
    return this.options.presenceBroadcast.some((each) => each === role);
  }

  get postingBots(): readonly RoomBot[] {
    return this.rules.bots.in(this.jid.text);
  }

  /** Returns a user's affiliation, which is always "owner" for service administrators. */
  affiliationOf(jid: Jid): Affiliation {
    return this.isServiceAdmin(jid) ? "owner" : this.#affiliations.affiliationOf(jid);
  }

  isServiceAdmin(jid: Jid): boolean {
    return this.rules.admins.has(jid);
  }

  /** Returns the occupants of an account: several if the account is inside with different nicknames. */
  occupantsOf(account: BareJid): Occupant[] {
    return [...(this.inside.byAccount.get(account.text) ?? [])];
  }

  isInside(account: BareJid): boolean {
    return this.inside.byAccount.has(account.text);
  }

  occupantIdOf(account: BareJid): string {
    return occupantIdOf(this.#secret, account);
  }

  /** Whether an account may use a nickname: no other account uses or has reserved the same or a similar one. */
  isFree(nick: Nick, account: BareJid): boolean {
    const looks = looksOf(nick.text);
    const occupant = this.occupants.get(nick.key) ?? this.bots.get(nick.key);
    const reserver = this.#affiliations.reserver(nick.key);
    const looking = this.occupants.get(looks)?.account.text ?? this.#affiliations.reserver(looks);
    const isTheirs = occupant !== undefined || reserver === account.text;
    const holders = [
      occupant?.account.text,
      reserver,
      looks === nick.key ? undefined : looking,
      ...this.inside.lookalikes.holders(looks),
      ...this.#affiliations.lookalikes.holders(looks),
      isTheirs ? undefined : this.rules.bots.reserver(this.jid.text, looks),
    ];
    return holders.every((holder) => holder === undefined || holder === account.text);
  }

  /** Changes options or subject, or unlocks the room, because it is configured for the first time. */
  set(transaction: Transaction, changes: Partial<Pick<Room, "options" | "isLocked" | "subject">>): void {
    this.#options = changes.options ?? this.#options;
    this.#isLocked = changes.isLocked ?? this.#isLocked;
    this.#subject = changes.subject ?? this.#subject;
    const { id, jid, createdAt, options, subject, isLocked: locked } = this;
    const stored = {
      id,
      name: jid.local,
      secret: this.#secret,
      createdAt,
      locked,
      listed: options.public && !locked,
      options: JSON.stringify(options),
      subject: subject === undefined ? undefined : JSON.stringify(subject),
    };
    transaction.write(this, ({ rooms }) => rooms.put(stored));
  }

  /** Sets the room's vCard; removes it if `vcard` is undefined. */
  setVcard(transaction: Transaction, vcard: RoomVcard | undefined): void {
    this.#pictures = vcard?.pictures ?? [];
    transaction.writeOnDisk(this, ({ vcards }) => {
      if (vcard === undefined) vcards.remove(this.id);
      else vcards.put(this.id, vcard);
    });
  }

  /**
   * Sets affiliations of accounts and domains, in this order. A known account keeps its place in the lists.
   * @returns the changes, without those that change nothing
   */
  setAffiliations(transaction: Transaction, changes: readonly AffiliationChange[]): ChangedAffiliation[] {
    const changed: ChangedAffiliation[] = [];
    const stored = new Map<string, StoredAffiliation | undefined>();
    const events = { "member.in": [] as string[], "member.out": [] as string[] };
    for (const { jid, affiliation, reason, nick } of changes) {
      const { text } = jid;
      const known = this.#affiliations.get(text);
      // An earlier change may have reserved the same nickname.
      const isTheirs = nick !== undefined && this.#affiliations.isFreeFor(nickKeyOf(nick), jid);
      const wanted = isTheirs ? nick : known?.nick;
      const is = isAtLeast(affiliation, "member");
      const reserved = is && wanted !== "" ? wanted : undefined;
      if ((known?.affiliation ?? "none") === affiliation && known?.nick === reserved) continue;
      changed.push({ jid: text, was: this.affiliationOf(jid), reason });
      if (affiliation === "none") {
        this.#affiliations.delete(text);
        stored.set(text, undefined);
      } else {
        // After a ban, an account is added at the end of the list again.
        const isNew = known === undefined || known.affiliation === "outcast";
        const since = isNew ? transaction.nextStanzaId() : known.since;
        const { invited = false, leftAt } = known ?? {};
        const member = { jid: text, affiliation, since, nick: reserved, reason, invited, leftAt };
        this.#affiliations.put(member);
        stored.set(text, member);
      }
      this.inside.recallAffiliation(jid);
      if (is !== isAtLeast(known?.affiliation ?? "none", "member"))
        events[is ? "member.in" : "member.out"].push(text);
    }
    if (changed.length === 0) return changed;
    transaction.write(this, ({ rooms }) => {
      for (const [jid, member] of stored) {
        if (member === undefined) rooms.removeAffiliation(this.id, jid);
        else rooms.putAffiliation(this.id, member);
      }
    });
    for (const kind of ["member.out", "member.in"] as const)
      if (events[kind].length > 0) this.rules.watch.changed({ transaction, room: this }, kind, events[kind]);
    return changed;
  }

  reserve(transaction: Transaction, known: StoredAffiliation, nick: string | undefined): void {
    const member = { ...known, nick };
    this.#affiliations.put(member);
    transaction.write(this, ({ rooms }) => rooms.putAffiliation(this.id, member));
  }

  /** Stops messages from inviting these members: they entered, were invited, or ended their registration. */
  stopInviting(transaction: Transaction, jids: readonly string[]): void {
    for (const jid of jids) {
      const member = this.#affiliations.get(jid);
      if (member !== undefined) this.#affiliations.put({ ...member, invited: true, leftAt: undefined });
    }
    transaction.write(this, ({ rooms }) => rooms.setAllInvited(this.id, jids));
  }

  enter(
    transaction: Transaction,
    jid: FullJid,
    newcomer: Omit<Newcomer, "isShown">,
    presence: string,
  ): Occupant {
    const { text } = jid.bare;
    if (this.#affiliations.get(text)?.invited === false) this.stopInviting(transaction, [text]);
    const session = { jid, presence, presentAt: transaction.nextStanzaId() };
    const occupant = this.inside.add(session, { ...newcomer, isShown: this.isBroadcast(newcomer.role) });
    this.inside.save(transaction, occupant, [jid.text]);
    return occupant;
  }

  /**
   * Removes a session, and an occupant without sessions. Messages don't invite the account any more.
   * @param isForGood whether they don't even if it stays away for long
   */
  leave(transaction: Transaction, jid: string, isForGood: boolean): void {
    const member = this.#affiliations.get(this.sessions.get(jid)?.account.text ?? "");
    this.inside.remove(transaction, jid);
    if (member !== undefined) {
      const until = transaction.nextStanzaId();
      const leftAt = isForGood ? undefined : until;
      this.#affiliations.put({ ...member, invited: true, leftAt });
      transaction.write(this, ({ activity }) => activity.setSeen(this.id, member.jid, until, leftAt));
    }
  }

  /** Notes to which change occupants must still conform; undefined: to none. */
  setChanging(transaction: Transaction, changing: string | undefined): void {
    this.#changing = changing;
    transaction.write(this, ({ rooms }) => rooms.setChanging(this.id, changing));
  }

  setBots(transaction: Transaction, bots: readonly StoredRoomBot[]): void {
    this.#bots = this.inside.botsOf(bots);
    transaction.write(this, ({ rooms }) => rooms.setBots(this.id, bots));
  }

  /** Deletes the room with all its data. */
  remove(transaction: Transaction): void {
    transaction.write(this, ({ rooms }) => rooms.remove(this.id));
    this.isGone = true;
  }
}
