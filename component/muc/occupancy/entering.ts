/**
 * Entering a room (XEP-0045 §7.2): the checks, in their order, and what everybody is told then. To the newcomer: the
 * others' presence, their own with 110, the room's picture, the history, the subject; from then on what happens.
 */
import type { AccountJid, FullJid } from "../../address.js";
import type { Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { defaultRole } from "../room/affiliation.js";
import { notBanned } from "../features/ban.js";
import { notFull } from "../features/capacity.js";
import { sanitisedChildren } from "../wire/sanitising.js";
import type { RoomContext } from "../context.js";
import { createByEntering, notLocked } from "./creating.js";
import type { Entering, EntryCheck } from "./entry-check.js";
import { roomError } from "../wire/errors.js";
import { isBroadcast, presencesFor, shapeOf, tellOthers, tellOwn, tellSession } from "../wire/fan-out.js";
import { readHistory, sayHistory } from "../features/history.js";
import { membersEnter } from "../features/members-only.js";
import { rawNickOf, readNick, type Nick } from "../room/nick.js";
import { nickFree } from "../features/nick-conflict.js";
import { MUC } from "../wire/ns.js";
import type { Occupant } from "../room/occupant.js";
import { passwordGiven } from "../features/password.js";
import type { Room } from "../room/room.js";
import { saySubject } from "../features/subject.js";
import type { Transaction } from "../transaction.js";
import { sayPicture } from "../features/vcard.js";

/** The first that refuses decides. */
export const ENTRY_CHECKS: readonly EntryCheck[] = [
  notLocked,
  notBanned,
  membersEnter,
  passwordGiven,
  nickFree,
  notFull,
];

/** A client sends more than this in its presence at its own cost: the rest isn't passed on. */
const MAX_PRESENCE = 16 * 1024;
const ESSENTIAL: ReadonlySet<string> = new Set(["show", "status", "priority"]);

/** Lets a session in, or says why not. @throws StanzaError */
export function enter(
  context: RoomContext,
  transaction: Transaction,
  jid: AccountJid,
  from: FullJid,
  stanza: Element,
): void {
  const { config } = context.rooms;
  const raw = rawNickOf(stanza.attrs.to ?? "");
  const nick = readNick(raw, config.nick_length);
  if (nick === undefined) throw roomError(jid, "modify", "jid-malformed", "This can't be a nickname.");
  if (!context.budgets.presence.consume(from.bare.text)) {
    throw roomError(jid, "wait", "resource-constraint", "You enter rooms too fast.");
  }
  const presence = presenceOf(jid, stanza);
  const known = context.rooms.find(jid);
  if (known !== undefined) refuseEntry(known, from, nick, stanza);
  const room = known ?? createByEntering(context, transaction, jid, from);

  const affiliation = room.affiliationOf(from);
  const there = room.occupants.get(nick.key);
  const role = there?.role ?? defaultRole(affiliation, room.options.moderated);
  const occupant = room.enter(transaction, from, { nick, role, presence });
  transaction.sayPresences(room, presencesFor(room, occupant, from.text), from.text);
  if (isBroadcast(room, occupant.role)) tellOthers(transaction, room, occupant, shapeOf(occupant));
  const codes = [...(known === undefined ? [201] : []), ...(occupant.nick.text === raw ? [] : [210])];
  tellEntry(context, transaction, room, occupant, from, stanza, codes);
  if (there !== undefined) tellOtherSessions(transaction, occupant, from);
}

/** Tells a session that is inside everything again, without asking at any gate (§17.3). */
export function replay(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  from: FullJid,
  stanza: Element,
): void {
  const occupant = room.sessions.get(from.text);
  if (occupant === undefined) return;
  transaction.sayPresences(room, presencesFor(room, occupant, from.text), from.text);
  tellEntry(context, transaction, room, occupant, from, stanza, []);
}

/** What of a client's presence is passed on, as XML. */
export function presenceOf(room: AccountJid, stanza: Element): string {
  const children = sanitisedChildren(room, stanza);
  const text = children.map(serialise).join("");
  if (text.length <= MAX_PRESENCE) return text;
  const essential = children
    .filter((child) => ESSENTIAL.has(child.name))
    .map(serialise)
    .join("");
  return essential.length <= MAX_PRESENCE ? essential : "";
}

function refuseEntry(room: Room, from: FullJid, nick: Nick, stanza: Element): void {
  const password = stanza.getChild("x", MUC.muc)?.getChildText("password") ?? undefined;
  const entering: Entering = { room, from, nick, affiliation: room.affiliationOf(from), password };
  for (const check of ENTRY_CHECKS) {
    const refusal = check.refuse(entering);
    if (refusal !== undefined) throw refusal;
  }
}

function tellEntry(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  occupant: Occupant,
  from: FullJid,
  stanza: Element,
  codes: readonly number[],
): void {
  const { whois, logged } = room.options;
  const ownCodes = [...(whois === "anyone" ? [100] : []), ...(logged ? [170] : []), ...codes];
  tellSession(transaction, occupant, from.text, { ...shapeOf(occupant), ownCodes, id: stanza.attrs.id });
  sayPicture(transaction, room, from.text);
  const request = readHistory(stanza.getChild("x", MUC.muc)?.getChild("history"), transaction.at);
  sayHistory(context, transaction, room, from, request);
  saySubject(transaction, room, from.text);
}

/** The account's other sessions see the presence that counts now. */
function tellOtherSessions(transaction: Transaction, occupant: Occupant, newcomer: FullJid): void {
  const sessions = new Map(occupant.sessions);
  sessions.delete(newcomer.text);
  tellOwn(transaction, { ...occupant, sessions }, shapeOf(occupant));
}
