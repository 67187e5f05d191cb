import { randomBytes } from "node:crypto";
import type { RoomVcard, StoredAffiliation, StoredRoomBot } from "../../../storage/rooms-store.js";
import type { BareJid, FullJid } from "../../addresses/address.js";
import type { Nick } from "../../addresses/nick.js";
import type { ChangedRoom, Transaction } from "../transaction.js";
import { isAtLeast, type Affiliation, type Role } from "./affiliation.js";
import type { Newcomer, Occupant } from "./occupants.js";
import { RoomView, type RoomInit, type RoomRules } from "./room-view.js";

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
    const init = { ...made, ...lists, secret: randomBytes(16), createdAt: transaction.at };
    const room = new Room({ ...init, subject: undefined, changing: undefined }, rules);
    room.set(transaction, {});
    return room;
  }

  /** Changes options or subject, or unlocks the room, because it is configured for the first time. */
  set(transaction: Transaction, changes: Partial<Pick<RoomView, "options" | "isLocked" | "subject">>): void {
    Object.assign(this, changes);
    const { id, jid, secret, createdAt, options, subject, isLocked: locked } = this;
    const stored = {
      id,
      name: jid.local,
      secret,
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
    Object.assign(this, { pictures: vcard?.pictures ?? [] });
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
    const is = isAtLeast(affiliation, "member");
    if (is !== isAtLeast(known?.affiliation ?? "none", "member"))
      this.rules.watch.changed({ transaction, room: this }, is ? "member.in" : "member.out", [jid.text]);
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
    transaction.write(this, ({ rooms }) => rooms.addMembers(this.id, jids, first));
    this.rules.watch.changed({ transaction, room: this }, "member.in", jids);
  }

  /** Removes the affiliations of accounts. The accounts must not be in the room. */
  removeMembers(transaction: Transaction, jids: readonly string[]): void {
    const members = jids.filter((jid) => isAtLeast(this.affiliationList.storedAffiliationOf(jid), "member"));
    for (const jid of jids) this.affiliationList.delete(jid);
    transaction.write(this, ({ rooms }) => rooms.removeAffiliations(this.id, jids));
    this.rules.watch.changed({ transaction, room: this }, "member.out", members);
  }

  reserve(transaction: Transaction, member: StoredAffiliation, nick: string | undefined): void {
    this.#putMember(transaction, { ...member, nick });
  }

  /** Stops messages from inviting these members: they entered, were invited, or ended their registration. */
  stopInviting(transaction: Transaction, jids: readonly string[]): void {
    for (const jid of jids) {
      const member = this.affiliationList.get(jid);
      if (member !== undefined) this.affiliationList.put({ ...member, invited: true });
    }
    transaction.write(this, ({ rooms }) => rooms.setAllInvited(this.id, jids));
  }

  /** Adds a session to the occupant with the nickname, or creates the occupant. */
  enter(transaction: Transaction, jid: FullJid, newcomer: Omit<Newcomer, "isShown">): Occupant {
    const isShown = this.isBroadcast(newcomer.role);
    const { text } = jid.bare;
    if (this.affiliationList.get(text)?.invited === false) this.stopInviting(transaction, [text]);
    const occupant = this.addSession(jid, { ...newcomer, isShown }, transaction.nextStanzaId());
    this.#saveSessions(transaction, occupant, [jid.text]);
    return occupant;
  }

  /** Removes a session, and an occupant without sessions. Messages don't invite the account any more. */
  leave(transaction: Transaction, jid: string): void {
    const member = this.affiliationList.get(this.sessions.get(jid)?.account.text ?? "");
    this.occupantIndex.removeSession(jid);
    if (member !== undefined) {
      this.affiliationList.put({ ...member, invited: true });
      const until = transaction.nextStanzaId();
      transaction.write(this, ({ activity }) => activity.setSeen(this.id, member.jid, until));
    }
    transaction.write(this, ({ rooms }) => rooms.removeOccupant(this.id, jid));
  }

  /** Stores a session's new presence. @param presence the presence's children, serialised */
  setPresence(transaction: Transaction, occupant: Occupant, jid: string, presence: string): void {
    const session = occupant.sessions.get(jid);
    if (session === undefined) return;
    const presentAt = transaction.nextStanzaId();
    this.occupantIndex.updateSession(occupant, { jid: session.jid, presence, presentAt });
    this.#saveSessions(transaction, occupant, [jid]);
  }

  setRole(transaction: Transaction, occupant: Occupant, role: Role): void {
    this.occupantIndex.change(occupant, { role });
    this.#saveSessions(transaction, occupant);
  }

  /** Notes that the others see an occupant's presence, or don't, as the options require for the occupant's role. */
  setShown(transaction: Transaction, occupant: Occupant): void {
    const isShown = this.isBroadcast(occupant.role);
    if (occupant.isShown === isShown) return;
    this.occupantIndex.change(occupant, { isShown });
    this.#saveSessions(transaction, occupant);
  }

  /** Notes to which change occupants must still conform; undefined: to none. */
  setChanging(transaction: Transaction, changing: string | undefined): void {
    Object.assign(this, { changing });
    transaction.write(this, ({ rooms }) => rooms.setChanging(this.id, changing));
  }

  rename(transaction: Transaction, occupant: Occupant, nick: Nick): void {
    this.occupantIndex.rename(occupant, nick, this.addressOf(nick));
    this.#saveSessions(transaction, occupant);
  }

  setBots(transaction: Transaction, bots: readonly StoredRoomBot[]): void {
    Object.assign(this, { bots: this.botsOf(bots) });
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

  #saveSessions(
    transaction: Transaction,
    occupant: Occupant,
    jids: Iterable<string> = occupant.sessions.keys(),
  ): void {
    const { nick, role, isShown, sessions } = occupant;
    for (const jid of jids) {
      const session = sessions.get(jid);
      if (session === undefined || role === "none") throw new Error("an occupant without a role");
      const { presence, presentAt } = session;
      const stored = { jid, nick: nick.text, role, presence, presentAt, isShown };
      transaction.write(this, ({ rooms }) => rooms.putOccupant(this.id, stored));
    }
  }
}
