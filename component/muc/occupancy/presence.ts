/**
 * Handles presence to a room or an occupant's address: entering (XEP-0045 §7.2), updates, nickname changes, leaving. A
 * newcomer gets, in this order, the other occupants' presence, their own presence with status 110, the room's presence,
 * the history and the subject. Live messages and presence follow.
 */
import { isFull, type AccountJid, type FullJid, type Jid } from "../../addresses/address.js";
import { nickKeyOf, parseNick, rawNickOf, type Nick } from "../../addresses/nick.js";
import type { Inbound } from "../../inbound/router.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import type { WireText } from "../../xml/wire-text.js";
import { isLocal, roomOf, type RoomContext, type RoomScope, type ToRoom, type RoomWork } from "../context.js";
import { roomPresence } from "../discovery/room-info.js";
import { firstResult, hooksOf } from "../features.js";
import { nickConflict, refuseNick } from "../features/access.js";
import { followBots } from "../features/bots.js";
import { defaultRoleOf } from "../features/voice.js";
import { optionsOfEntered } from "../options/room-options.js";
import type { Occupant } from "../room/occupants.js";
import type { Room } from "../room/room.js";
import { goneError } from "../rooms.js";
import {
  goneShape,
  notifyAll,
  notifyOthers,
  notifyOwnSessions,
  notifyPresence,
  ownPresence,
  presencesFor,
  presenceText,
  presenceShapeOf,
  status,
  viewOf,
} from "../wire/fan-out.js";
import { MUC } from "../wire/ns.js";
import { raise, roomError } from "../wire/replies.js";
import { sanitisedPresence } from "../wire/sanitising.js";
import { areAssigned, assignedNick } from "./assigned-nick.js";
import { leave } from "./leaving.js";

interface Update {
  readonly session: FullJid;
  readonly stanza: Element;
  /** Status codes for the sender only. */
  readonly ownCodes: readonly number[];
}

/** Whether a presence requests entry or, if an occupant sends it, a full replay (XEP-0045 §17.3). */
function wantsIn(stanza: Element): boolean {
  return stanza.getChild("x", MUC.muc) !== undefined;
}

/**
 * Handles available presence: the sender enters or, if inside, changes presence or, by another address, nickname.
 * @throws StanzaError jid-malformed if the sender wants to enter at the room's address, because the nickname is missing
 */
export function arrive(work: RoomWork, { stanza, from, to }: ToRoom): void {
  const jid = roomOf(to);
  const session = sessionOf(from, jid);
  const room = work.context.rooms.find(jid);
  const occupant = room?.sessions.get(session.text);
  if (room !== undefined && occupant !== undefined) {
    const scope = { ...work, room };
    if (to.kind === "occupant") moveOrUpdate(scope, occupant, session, stanza);
    else update(scope, occupant, { session, stanza, ownCodes: [] });
    // A full replay (§17.3) needs no permission.
    if (wantsIn(stanza)) {
      const codes = rewritten(rawNickOf(stanza.attrs.to ?? ""), occupant);
      sendEntry(scope, occupant, session, { stanza, codes });
    }
  } else if (to.kind === "room") {
    const text = "Add a nickname to the room's address: room@service/nickname.";
    if (wantsIn(stanza)) throw roomError(jid, "jid-malformed", text);
  } else if (wantsIn(stanza)) enter(work, jid, session, stanza);
  // The sender isn't in the room (XEP-0045 §7.2.18). Clients then enter again.
  else work.transaction.broadcast(absence(to.jid, 307, 333, 110), [session.text]);
}

/** Lets a session enter; creates the room if necessary. @throws StanzaError if the user may not enter or create it */
function enter(work: RoomWork, jid: AccountJid, from: FullJid, stanza: Element): void {
  const { context, transaction } = work;
  const { raw, nick: wanted } = requestedNick(context, jid, stanza);
  if (!context.budgets.presence.consume(from.bare.text)) {
    throw roomError(jid, "resource-constraint", "You enter rooms too fast. Try again in a few seconds.");
  }
  const presence = sanitisedPresence(jid, stanza);
  const known = context.rooms.find(jid);
  const nick = assignedNick(context, known, from.bare, wanted);
  if (known !== undefined) {
    const affiliation = known.affiliationOf(from);
    const entry = { room: known, from, nick, affiliation, x: stanza.getChild("x", MUC.muc) };
    raise(firstResult(hooksOf("refuseEntry"), (refuse) => refuse(entry)));
  }
  const scope = known === undefined ? createByEntering(work, jid, from) : { ...work, room: known };

  const { room } = scope;
  followBots(scope);
  const there = room.occupants.get(nick.key);
  const role = there?.role ?? defaultRoleOf(room, room.affiliationOf(from));
  const occupant = room.enter(transaction, from, { nick, role }, presence);
  if (occupant.isShown) notifyOthers(scope, occupant, presenceShapeOf(occupant));
  const codes = [...(known === undefined ? [201] : []), ...rewritten(raw, occupant)];
  sendEntry(scope, occupant, from, { stanza, codes });
  if (there === undefined) return;
  // The newcomer's presence represents the occupant now.
  const sessions = new Map(occupant.sessions);
  sessions.delete(from.text);
  notifyOwnSessions(scope, { ...occupant, sessions }, presenceShapeOf(occupant));
}

/** Returns the requested nickname, as it was sent and parsed. @throws StanzaError jid-malformed if it isn't allowed */
function requestedNick(
  { config }: RoomContext,
  room: AccountJid,
  { attrs }: Element,
): { readonly raw: string; readonly nick: Nick } {
  const raw = rawNickOf(attrs.to ?? "");
  const nick = parseNick(raw, config.nick_length);
  if (nick !== undefined) return { raw, nick };
  const text = "This nickname is not allowed: it is too long, or has characters that nicknames can't have.";
  throw roomError(room, "jid-malformed", text);
}

/** Returns status code 210 if the nickname differs from `raw`, the requested one (§7.2.3). */
function rewritten(raw: string, { nick }: Pick<Occupant, "nick">): number[] {
  return nick.text === raw ? [] : [210];
}

function sendEntry(
  scope: RoomScope,
  occupant: Occupant,
  session: FullJid,
  { stanza, codes }: { readonly stanza: Element; readonly codes: readonly number[] },
): void {
  const { transaction, room } = scope;
  const ownCodes = [...hooksOf("entryCode").flatMap((code) => code(room) ?? []), ...codes];
  const shape = { ...presenceShapeOf(occupant), ownCodes, id: stanza.attrs.id };
  const { text } = session;
  const own = [ownPresence(occupant, text, shape), serialise(roomPresence(room, text))];
  transaction.sendPresences(room, [...presencesFor(room, occupant, text), ...own], text);
  for (const send of hooksOf("sendToNewcomer")) send(scope, session, stanza.getChild("x", MUC.muc));
}

/** Creates a locked room. @throws StanzaError not-allowed; gone if the address is reserved for others */
function createByEntering(work: RoomWork, jid: AccountJid, from: FullJid): RoomScope {
  const { context, transaction } = work;
  const destroyed = context.rooms.findTombstone(jid);
  if (destroyed !== undefined && !context.rooms.mayRecreate(destroyed, [from]))
    throw goneError(jid, destroyed);
  const { create, per_user: most } = context.config;
  const isAllowed = create === "anyone" || (create === "local" && isLocal(context, from));
  const mayCreate = isAllowed || context.admins.has(from);
  if (!mayCreate) throw roomError(jid, "not-allowed", "You may not create rooms here.");
  if (context.rooms.countOwned(from.bare, most) >= most && !context.admins.has(from)) {
    throw roomError(jid, "not-allowed", `You already own ${most} rooms, which is the limit.`);
  }
  const options = optionsOfEntered(context.config);
  const room = context.rooms.create(transaction, jid, { options, locked: true });
  room.setAffiliations(transaction, [{ jid: from.bare, affiliation: "owner" }]);
  return { ...work, room };
}

/** Handles unavailable presence: the sender leaves, even if `to` has another nickname than the sender's. */
export function depart(work: RoomWork, { stanza, from, to }: ToRoom): void {
  const { context } = work;
  const room = context.rooms.find(roomOf(to));
  if (room?.sessions.has(from.text) !== true) return;
  const children = sanitisedPresence(room.jid, stanza);
  leave({ ...work, room }, from.text, { children, id: stanza.attrs.id });
}

/** Changes the nickname if `to` has another nickname than the occupant; otherwise updates the presence. */
function moveOrUpdate(scope: RoomScope, occupant: Occupant, session: FullJid, stanza: Element): void {
  const { context, room } = scope;
  const { raw, nick: wanted } = requestedNick(context, room.jid, stanza);
  const nick = areAssigned(context) ? occupant.nick : wanted;
  if (nick.text !== occupant.nick.text) {
    changeNick(scope, occupant, nick, { session, stanza, ownCodes: rewritten(raw, { nick }) });
  } else if (!wantsIn(stanza) || sanitisedPresence(room.jid, stanza) !== occupant.presence) {
    const ownCodes = nick === wanted ? [] : rewritten(raw, occupant);
    update(scope, occupant, { session, stanza, ownCodes });
  }
}

/**
 * Changes an occupant's nickname (XEP-0045 §7.6): the old one leaves with status code 303, the new one enters.
 * @throws StanzaError conflict if another account, or another occupant of the same account, has the new nickname
 */
function changeNick(scope: RoomScope, occupant: Occupant, nick: Nick, request: Update): void {
  const { transaction, room } = scope;
  const { session, stanza, ownCodes } = request;
  const presence = sanitisedPresence(room.jid, stanza);
  const holder = room.occupants.get(nick.key);
  const isTaken = holder !== undefined && holder !== occupant;
  raise(isTaken ? nickConflict(room) : refuseNick(room, nick, occupant.account));
  const { role } = occupant;
  notifyAll(scope, occupant, goneShape(occupant, { role, newNick: nick.text, codes: [303] }));
  room.inside.rename(transaction, occupant, nick);
  room.inside.setPresence(transaction, occupant, session.text, presence);
  notifyAll(scope, occupant, { ...presenceShapeOf(occupant), ownCodes, id: stanza.attrs.id });
}

function update(scope: RoomScope, occupant: Occupant, { session, stanza, ownCodes }: Update): void {
  const { transaction, room } = scope;
  room.inside.setPresence(transaction, occupant, session.text, sanitisedPresence(room.jid, stanza));
  notifyPresence(scope, occupant, { id: stanza.attrs.id, ownCodes });
}

/** Builds the presence that says that there is no such occupant. */
function absence(occupant: Jid, ...codes: readonly number[]): Element {
  const item = xml("item", { affiliation: "none", role: "none" });
  const x = xml("x", MUC.user, item, ...codes.map(status));
  return xml("presence", { from: occupant.text, type: "unavailable" }, x);
}

/** Returns the sender's full address. @throws StanzaError jid-malformed if the address has no resource */
function sessionOf(from: Jid, room: AccountJid): FullJid {
  if (isFull(from)) return from;
  throw roomError(room, "jid-malformed", "Only a full address (with a resource) can enter a room.");
}

/** Answers a probe; ignores it if the sender exceeds the rate limit. */
export function answerProbe({ context, transaction }: RoomWork, { from, to }: ToRoom): void {
  const room = context.rooms.find(roomOf(to));
  // Servers send probes from the account's bare address.
  const asker = isFull(from) ? room?.sessions.get(from.text) : room?.occupantsOf(from.bare)[0];
  if (room === undefined || asker === undefined) return;
  if (!context.budgets.presence.consume(from.bare.text)) return;
  const presence =
    to.kind === "room" ? serialise(roomPresence(room, undefined, true)) : presenceIn(room, asker, to.jid);
  transaction.broadcastText(presence, [from.text], { kind: "presence", sender: room.jid.text });
}

/** Returns the probed occupant's presence as the asker sees it; unavailable if there is no such occupant. */
function presenceIn(room: Room, asker: Occupant, probed: Inbound<"occupant">["to"]["jid"]): WireText {
  const key = nickKeyOf(probed.resource);
  const occupant = room.occupants.get(key) ?? room.bots.get(key);
  if (occupant === asker) return presenceText(occupant, presenceShapeOf(occupant), "own");
  if (!occupant?.isShown) return serialise(absence(probed));
  return presenceText(occupant, presenceShapeOf(occupant), viewOf(room, asker.role));
}
