/**
 * Entering a room (XEP-0045 §7.2): the checks, in their order, and what everybody is told then. To the newcomer: the
 * others' presence, their own with 110, the room's picture, the history, the subject; from then on what happens.
 */
import type { AccountJid, FullJid } from "../address.js";
import type { Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { defaultRole } from "./affiliation.js";
import { notBanned } from "./banning.js";
import { notFull } from "./capacity.js";
import { childrenSaid } from "./claims.js";
import type { RoomContext } from "./context.js";
import { createByEntering, notLocked } from "./creating.js";
import type { Entering, JoinCheck } from "./entering.js";
import { failure } from "./failure.js";
import { isBroadcast, presencesFor, shapeOf, tellOthers, tellOwn, tellSession } from "./fan-out.js";
import { readHistory, sayHistory } from "./history.js";
import { membersEnter } from "./members-only.js";
import { rawNickOf, readNick, type Nick } from "./nick.js";
import { nickFree } from "./nick-conflict.js";
import { MUC } from "./ns.js";
import type { Occupant } from "./occupant.js";
import { passwordGiven } from "./password.js";
import type { Room } from "./room.js";
import { saySubject } from "./subject.js";
import type { Turn } from "./turn.js";
import { sayPicture } from "./vcard.js";

/** The first that refuses decides. */
export const JOIN_CHECKS: readonly JoinCheck[] = [
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
export function join(
  context: RoomContext,
  turn: Turn,
  jid: AccountJid,
  from: FullJid,
  stanza: Element,
): void {
  const { config } = context.rooms;
  const raw = rawNickOf(stanza.attrs.to ?? "");
  const nick = readNick(raw, config.nick_length);
  if (nick === undefined) throw failure(jid, "modify", "jid-malformed", "This can't be a nickname.");
  if (!context.budgets.presence.take(from.bare.text)) {
    throw failure(jid, "wait", "resource-constraint", "You enter rooms too fast.");
  }
  const presence = presenceOf(jid, stanza);
  const known = context.rooms.find(jid);
  if (known !== undefined) refuseEntry(known, from, nick, stanza);
  const room = known ?? createByEntering(context, turn, jid, from);

  const affiliation = room.affiliationOf(from);
  const there = room.occupants.get(nick.key);
  const role = there?.role ?? defaultRole(affiliation, room.options.moderated);
  const occupant = room.enter(turn, from, { nick, role, presence });
  turn.sayPresences(room, presencesFor(room, occupant, from.text));
  if (isBroadcast(room, occupant.role)) tellOthers(turn, room, occupant, shapeOf(occupant));
  const codes = [...(known === undefined ? [201] : []), ...(occupant.nick.text === raw ? [] : [210])];
  tellEntry(context, turn, room, occupant, from, stanza, codes);
  if (there !== undefined) tellOtherSessions(turn, occupant, from);
}

/** Tells a session that is inside everything again, without asking at any gate (§17.3). */
export function replay(context: RoomContext, turn: Turn, room: Room, from: FullJid, stanza: Element): void {
  const occupant = room.sessions.get(from.text);
  if (occupant === undefined) return;
  turn.sayPresences(room, presencesFor(room, occupant, from.text));
  tellEntry(context, turn, room, occupant, from, stanza, []);
}

/** What of a client's presence is passed on, as XML. */
export function presenceOf(room: AccountJid, stanza: Element): string {
  const children = childrenSaid(room, stanza);
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
  for (const check of JOIN_CHECKS) {
    const refusal = check.refuse(entering);
    if (refusal !== undefined) throw refusal;
  }
}

function tellEntry(
  context: RoomContext,
  turn: Turn,
  room: Room,
  occupant: Occupant,
  from: FullJid,
  stanza: Element,
  codes: readonly number[],
): void {
  const { whois, logged } = room.options;
  const ownCodes = [...(whois === "anyone" ? [100] : []), ...(logged ? [170] : []), ...codes];
  tellSession(turn, occupant, from.text, { ...shapeOf(occupant), ownCodes, id: stanza.attrs.id });
  sayPicture(turn, room, from.text);
  const request = readHistory(stanza.getChild("x", MUC.muc)?.getChild("history"), turn.at);
  sayHistory(context, turn, room, from, request);
  saySubject(turn, room, from.text);
}

/** The account's other sessions see the presence that counts now. */
function tellOtherSessions(turn: Turn, occupant: Occupant, newcomer: FullJid): void {
  const sessions = new Map(occupant.sessions);
  sessions.delete(newcomer.text);
  tellOwn(turn, { ...occupant, sessions }, shapeOf(occupant));
}
