import { randomBytes } from "node:crypto";
import type { RoomVcard, StoredAffiliation, StoredRoomBot } from "../../../storage/rooms-store.js";
import type { BareJid, FullJid } from "../../addresses/address.js";
import type { Nick } from "../../addresses/nick.js";
import type { ChangedRoom, Transaction } from "../transaction.js";
import { isAtLeast, type Affiliation, type Role } from "./affiliation.js";
import type { Newcomer, Occupant } from "./occupants.js";
import type { RoomOptions } from "../options/room-options.js";
import { RoomView, type RoomInit, type RoomRules } from "./room-view.js";
import type { Subject } from "./subject.js";

type Changeable = Pick<RoomView, "options" | "isLocked" | "subject" | "pictures" | "changing" | "bots">;

/** A room in memory. Methods change it, and add database writes to the transaction; callers notify occupants. */
export class Room extends RoomView implements ChangedRoom {
  isGone = false;
  isLost = false;
  uncommitted = 0;
  unstored = 0;
  /** When the room was last used, in milliseconds of performance.now(). */
  touchedAt = performance.now();

  static create(
    transaction: Transaction,
    made: Pick<RoomInit, "id" | "jid" | "options" | "locked">,
    rules: RoomRules,
  ): Room {
    const lists = { affiliations: [], occupants: [], bots: [], pictures: [] };
    const empty = { ...lists, subject: undefined, changing: undefined };
    const init = { ...made, ...empty, secret: randomBytes(16), createdAt: transaction.at };
    const room = new Room(init, rules);
    room.#save(transaction, {});
    return room;
  }

  configure(transaction: Transaction, options: RoomOptions): void {
    this.#save(transaction, { options });
  }

  /** Lets users other than owners enter; called when the room is configured for the first time. */
  unlock(transaction: Transaction): void {
    this.#save(transaction, { isLocked: false });
  }

  setSubject(transaction: Transaction, subject: Subject): void {
    this.#save(transaction, { subject });
  }

  /** Sets the room's vCard; removes it if `vcard` is undefined. */
  setVcard(transaction: Transaction, vcard: RoomVcard | undefined): void {
    this.#set({ pictures: vcard?.pictures ?? [] });
    transaction.writeOnDisk(this, ({ vcards }) => {
      if (vcard === undefined) vcards.remove(this.id);
      else vcards.put(this.id, vcard);
    });
  }

  /**
   * Sets the affiliation of an account or a domain. A known account keeps its position in the lists of affiliations.
   * @param more.nick the nickname to reserve; "" releases the reserved nickname, undefined keeps it
   */
  setAffiliation(
    transaction: Transaction,
    jid: BareJid,
    affiliation: Affiliation,
    more: { readonly reason?: string | undefined; readonly nick?: string | undefined } = {},
  ): void {
    const known = this.affiliationList.get(jid.text);
    if (affiliation === "none") {
      if (known === undefined) return;
      this.affiliationList.delete(jid.text);
      transaction.write(this, ({ rooms }) => rooms.removeAffiliation(this.id, jid.text));
    } else {
      // After a ban, an account is added at the end of the list again.
      const isNew = known === undefined || known.affiliation === "outcast";
      const since = isNew ? transaction.nextStanzaId() : known.since;
      const wanted = more.nick ?? known?.nick;
      const nick = affiliation === "outcast" || wanted === "" ? undefined : wanted;
      const invited = known?.invited ?? false;
      this.#putMember(transaction, { jid: jid.text, affiliation, since, nick, reason: more.reason, invited });
    }
    for (const occupant of this.occupantIndex.concernedBy(jid)) {
      this.occupantIndex.change(occupant, { affiliation: this.affiliationOf(occupant.account) });
    }
    this.absent = undefined;
    const is = isAtLeast(affiliation, "member");
    if (is !== isAtLeast(known?.affiliation ?? "none", "member"))
      this.rules.watch[is ? "joined" : "left"]({ transaction, room: this }, [jid.text]);
  }

  /** Updates the occupants of an account that became or ceased to be a service administrator. */
  recallAffiliation(account: BareJid): void {
    for (const occupant of this.occupantsOf(account)) {
      this.occupantIndex.change(occupant, { affiliation: this.affiliationOf(account) });
    }
  }

  /** Makes accounts members, in this order. They must have no affiliation and not be in the room. */
  addMembers(transaction: Transaction, jids: readonly string[]): void {
    const first = transaction.nextStanzaId(jids.length);
    for (const [index, jid] of jids.entries()) {
      const since = first + index;
      const none = { nick: undefined, reason: undefined, invited: false };
      this.affiliationList.put({ jid, affiliation: "member", since, ...none });
    }
    this.absent = undefined;
    transaction.write(this, ({ rooms }) => rooms.addMembers(this.id, jids, first));
    this.rules.watch.joined({ transaction, room: this }, jids);
  }

  /** Removes the affiliations of accounts. The accounts must not be in the room. */
  removeMembers(transaction: Transaction, jids: readonly string[]): void {
    const members = jids.filter((jid) => isAtLeast(this.affiliationList.storedAffiliationOf(jid), "member"));
    for (const jid of jids) this.affiliationList.delete(jid);
    this.absent = undefined;
    transaction.write(this, ({ rooms }) => rooms.removeAffiliations(this.id, jids));
    this.rules.watch.left({ transaction, room: this }, members);
  }

  reserve(transaction: Transaction, member: StoredAffiliation, nick: string | undefined): void {
    this.#putMember(transaction, { ...member, nick });
  }

  /** Stops messages from inviting these members: they were invited, or ended their registration. */
  stopInviting(transaction: Transaction, jids: readonly string[]): void {
    for (const jid of jids) {
      const member = this.affiliationList.get(jid);
      if (member !== undefined) this.affiliationList.put({ ...member, invited: true });
    }
    this.absent = undefined;
    transaction.write(this, ({ rooms }) => rooms.setAllInvited(this.id, jids));
  }

  /** Adds a session to the occupant with the nickname, or creates the occupant. */
  enter(transaction: Transaction, jid: FullJid, newcomer: Omit<Newcomer, "isShown">): Occupant {
    const isShown = this.isBroadcast(newcomer.role);
    const occupant = this.addSession(jid, { ...newcomer, isShown }, transaction.nextStanzaId());
    this.#saveSession(transaction, occupant, jid.text);
    return occupant;
  }

  /** Removes a session, and an occupant without sessions. Messages don't invite the account any more. */
  leave(transaction: Transaction, jid: string): void {
    const account = this.sessions.get(jid)?.account.text;
    this.occupantIndex.removeSession(jid);
    const member = account === undefined ? undefined : this.affiliationList.get(account);
    if (member !== undefined) {
      this.affiliationList.put({ ...member, invited: true });
      const until = transaction.nextStanzaId();
      transaction.write(this, ({ activity }) => activity.setSeen(this.id, member.jid, until));
    }
    this.absent = undefined;
    transaction.write(this, ({ rooms }) => rooms.removeOccupant(this.id, jid));
  }

  /** Stores a session's new presence. @param presence the presence's children, serialised */
  setPresence(transaction: Transaction, occupant: Occupant, jid: string, presence: string): void {
    const session = occupant.sessions.get(jid);
    if (session === undefined) return;
    this.occupantIndex.updateSession(occupant, {
      jid: session.jid,
      presence,
      presentAt: transaction.nextStanzaId(),
    });
    this.#saveSession(transaction, occupant, jid);
  }

  setRole(transaction: Transaction, occupant: Occupant, role: Role): void {
    this.occupantIndex.change(occupant, { role });
    for (const jid of occupant.sessions.keys()) this.#saveSession(transaction, occupant, jid);
  }

  /** Notes that the others see an occupant's presence, or don't, as the options require for the occupant's role. */
  setShown(transaction: Transaction, occupant: Occupant): void {
    const isShown = this.isBroadcast(occupant.role);
    if (occupant.isShown === isShown) return;
    this.occupantIndex.change(occupant, { isShown });
    for (const jid of occupant.sessions.keys()) this.#saveSession(transaction, occupant, jid);
  }

  /** Notes to which change occupants must still conform; undefined: to none. */
  setChanging(transaction: Transaction, changing: string | undefined): void {
    this.#set({ changing });
    transaction.write(this, ({ rooms }) => rooms.setChanging(this.id, changing));
  }

  rename(transaction: Transaction, occupant: Occupant, nick: Nick): void {
    this.occupantIndex.rename(occupant, nick, this.addressOf(nick));
    for (const jid of occupant.sessions.keys()) this.#saveSession(transaction, occupant, jid);
  }

  setBots(transaction: Transaction, bots: readonly StoredRoomBot[]): void {
    this.#set({ bots: this.botsOf(bots) });
    transaction.write(this, ({ rooms }) => rooms.setBots(this.id, bots));
  }

  /** Deletes the room with all its data. */
  remove(transaction: Transaction): void {
    transaction.write(this, ({ rooms }) => rooms.remove(this.id));
    this.isGone = true;
  }

  #putMember(transaction: Transaction, member: StoredAffiliation): void {
    this.affiliationList.put(member);
    transaction.write(this, ({ rooms }) => rooms.putAffiliation(this.id, member));
  }

  #saveSession(transaction: Transaction, { nick, role, isShown, sessions }: Occupant, jid: string): void {
    const session = sessions.get(jid);
    if (session === undefined || role === "none") throw new Error("an occupant without a role");
    const { presence, presentAt } = session;
    const stored = { jid, nick: nick.text, role, presence, presentAt, isShown };
    transaction.write(this, ({ rooms }) => rooms.putOccupant(this.id, stored));
  }

  #set(changes: Partial<Changeable>): void {
    Object.assign(this, changes);
  }

  #save(transaction: Transaction, changes: Partial<Changeable>): void {
    this.#set(changes);
    const { options, subject, isLocked } = this;
    const stored = {
      id: this.id,
      name: this.jid.local,
      secret: this.secret,
      createdAt: this.createdAt,
      locked: isLocked,
      listed: options.public && !isLocked,
      options: JSON.stringify(options),
      subject: subject === undefined ? undefined : JSON.stringify(subject),
    };
    transaction.write(this, ({ rooms }) => rooms.put(stored));
  }
}
