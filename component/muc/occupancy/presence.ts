/** Handles presence to a room or an occupant's address: entering, updates, nickname changes, leaving. */
import { isFull, type AccountJid, type FullJid, type Jid } from "../../addresses/address.js";
import { keyOf, type Nick } from "../../addresses/nick.js";
import { roomOf, type ToRoom } from "../handlers.js";
import type { Inbound } from "../../inbound/router.js";
import { xml, type Element } from "../../xml/builder.js";
import { NO_TEXT, type WireText } from "../../xml/wire-text.js";
import type { RoomScope, Work } from "../context.js";
import { hooksOf } from "../features.js";
import { nickConflict, refuseNick } from "../features/access.js";
import type { Occupant } from "../room/occupants.js";
import { raise, roomError } from "../wire/replies.js";
import {
  notifyOthers,
  notifyOwnSessions,
  notifyPresence,
  shapeOf,
  status,
  presenceText,
} from "../wire/fan-out.js";
import { MUC } from "../wire/ns.js";
import { sanitisedPresence } from "../wire/sanitising.js";
import { areAssigned } from "./assigned-nick.js";
import { enter, replay, requestedNick, rewritten } from "./entering.js";
import { leave } from "./leaving.js";
import { serialise } from "../../xml/serialise.js";
import { roomPresence } from "../discovery/description.js";
import { seesAddresses } from "../features/anonymity.js";
import type { RoomView } from "../room/room-view.js";

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
export function arrive(work: Work, { stanza, from, to }: ToRoom): void {
  const jid = roomOf(to);
  const session = sessionOf(from, jid);
  const room = work.context.rooms.find(jid);
  const occupant = room?.sessions.get(session.text);
  if (room !== undefined && occupant !== undefined) {
    const scope = { ...work, room };
    if (to.kind === "occupant") moveOrUpdate(scope, occupant, session, stanza);
    else update(scope, occupant, { session, stanza, ownCodes: [] });
    if (wantsIn(stanza)) replay(scope, session, stanza);
  } else if (to.kind === "room") {
    const text = "Add a nickname to the room's address: room@service/nickname.";
    if (wantsIn(stanza)) throw roomError(jid, "jid-malformed", text);
  } else if (wantsIn(stanza)) enter(work, jid, session, stanza);
  else sendOutOfSync(work, to.jid, session);
}

/** Handles unavailable presence: the sender leaves, even if `to` has another nickname than the sender's. */
export function depart(work: Work, { stanza, from, to }: ToRoom): void {
  const { context } = work;
  const room = context.rooms.find(roomOf(to));
  if (room?.sessions.has(from.text) !== true) return;
  const children = sanitisedPresence(room.jid, stanza);
  leave({ ...work, room }, from.text, { children, id: stanza.attrs.id });
  if (isFull(from)) for (const onDeparture of hooksOf("onDeparture")) onDeparture(context, room, from);
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
  const { affiliation, role, isShown } = occupant;
  const left = {
    type: "unavailable",
    children: NO_TEXT,
    affiliation,
    role,
    newNick: nick.text,
    codes: [303],
  } as const;
  notifyOwnSessions(scope, occupant, left);
  if (isShown) notifyOthers(scope, occupant, left);
  room.rename(transaction, occupant, nick);
  room.setPresence(transaction, occupant, session.text, presence);
  notifyOwnSessions(scope, occupant, { ...shapeOf(occupant), ownCodes, id: stanza.attrs.id });
  if (isShown) notifyOthers(scope, occupant, shapeOf(occupant));
}

function update(scope: RoomScope, occupant: Occupant, { session, stanza, ownCodes }: Update): void {
  const { transaction, room } = scope;
  room.setPresence(transaction, occupant, session.text, sanitisedPresence(room.jid, stanza));
  notifyPresence(scope, occupant, { id: stanza.attrs.id, ownCodes });
}

/** Tells a session that it isn't in the room (XEP-0045 §7.2.18). Clients then enter again. */
function sendOutOfSync({ transaction }: Work, occupant: Jid, session: FullJid): void {
  const x = xml(
    "x",
    MUC.user,
    status(307),
    status(333),
    xml("item", { affiliation: "none", role: "none" }),
    status(110),
  );
  transaction.send(xml("presence", { from: occupant.text, to: session.text, type: "unavailable" }, x));
}

/** Returns the sender's full address. @throws StanzaError jid-malformed if the address has no resource */
function sessionOf(from: Jid, room: AccountJid): FullJid {
  if (isFull(from)) return from;
  throw roomError(room, "jid-malformed", "Only a full address (with a resource) can enter a room.");
}

/** Answers a probe; ignores it if the sender exceeds the rate limit. */
export function answerProbe({ context, transaction }: Work, { from, to }: ToRoom): void {
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
function presenceIn(room: RoomView, asker: Occupant, probed: Inbound<"occupant">["to"]["jid"]): WireText {
  const key = keyOf(probed.resource);
  const occupant = room.occupants.get(key) ?? room.bots.get(key);
  if (occupant === asker) return presenceText(occupant, shapeOf(occupant), "own");
  if (!occupant?.isShown) {
    const item = xml("item", { affiliation: "none", role: "none" });
    return serialise(xml("presence", { from: probed.text, type: "unavailable" }, xml("x", MUC.user, item)));
  }
  return presenceText(occupant, shapeOf(occupant), seesAddresses(room, asker.role) ? "open" : "hidden");
}
