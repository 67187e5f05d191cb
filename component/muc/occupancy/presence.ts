/** Handles presence to a room or an occupant's address: entering, updates, nickname changes, leaving. */
import { isFull, type AccountJid, type FullJid, type Jid } from "../../address.js";
import { rawNickOf, parseNick } from "../../nick.js";
import { roomOf } from "../handlers.js";
import type { Inbound } from "../../router.js";
import { xml, type Element } from "../../xml/builder.js";
import type { RoomScope, Work } from "../context.js";
import { HOOKS } from "../features.js";
import type { Occupant } from "../room/occupant.js";
import { roomError } from "../wire/replies.js";
import { notifyPresence } from "../wire/fan-out.js";
import { MUC } from "../wire/ns.js";
import { status } from "../wire/presence-stanza.js";
import { sanitisedPresence } from "../wire/sanitising.js";
import { areAssigned } from "./assigned-nick.js";
import { enter, replay, rewritten } from "./entering.js";
import { leave } from "./leaving.js";
import { changeNick } from "./nick-change.js";

/** Handles available presence to an occupant's address: the sender enters, or changes nickname or presence. */
export function arrive(work: Work, { stanza, from, to }: Inbound<"occupant">): void {
  const session = sessionOf(from, to.room);
  const room = work.context.rooms.find(to.room);
  const occupant = room?.sessions.get(session.text);
  const wantsIn = stanza.getChild("x", MUC.muc) !== undefined;
  if (room !== undefined && occupant !== undefined) {
    const scope = { ...work, room };
    moveOrUpdate(scope, occupant, { session, stanza, isReplayed: wantsIn });
    if (wantsIn) replay(scope, session, stanza);
  } else if (wantsIn) {
    enter(work, to.room, session, stanza);
  } else {
    sendOutOfSync(work, to.jid, session);
  }
}

/**
 * Handles available presence to the room itself: an occupant updates presence.
 * @throws StanzaError jid-malformed if the sender wants to enter, as the nickname is missing
 */
export function arriveAtRoom(work: Work, { stanza, from, to }: Inbound<"room">): void {
  const session = sessionOf(from, to.jid);
  const room = work.context.rooms.find(to.jid);
  const occupant = room?.sessions.get(session.text);
  if (room !== undefined && occupant !== undefined) {
    update({ ...work, room }, occupant, { session, stanza });
    if (stanza.getChild("x", MUC.muc) !== undefined) replay({ ...work, room }, session, stanza);
  } else if (stanza.getChild("x", MUC.muc) !== undefined) {
    throw roomError(to.jid, "jid-malformed", "Add a nickname to the room's address: room@service/nickname.");
  }
}

/** Handles unavailable presence: the sender leaves, even if `to` has another nickname than the sender's. */
export function depart(work: Work, { stanza, from, to }: Inbound<"room"> | Inbound<"occupant">): void {
  const { context } = work;
  const room = context.rooms.find(roomOf(to));
  if (room?.sessions.has(from.text) !== true) return;
  const children = sanitisedPresence(room.jid, stanza);
  leave({ ...work, room }, from.text, { children, id: stanza.attrs.id });
  if (isFull(from)) for (const onDeparture of HOOKS.onDeparture) onDeparture(context, room, from);
}

/** Changes the nickname if `to` has another one than the occupant; otherwise updates the presence. */
function moveOrUpdate(
  scope: RoomScope,
  occupant: Occupant,
  request: { readonly session: FullJid; readonly stanza: Element; readonly isReplayed: boolean },
): void {
  const { context, room } = scope;
  const { session, stanza, isReplayed } = request;
  const raw = rawNickOf(stanza.attrs.to ?? "");
  const wanted = parseNick(raw, context.config.nick_length);
  if (wanted === undefined)
    throw roomError(
      room.jid,
      "jid-malformed",
      "This nickname is not allowed: it is too long, or has characters that nicknames can't have.",
    );
  const nick = areAssigned(context) ? occupant.nick : wanted;
  if (nick.text !== occupant.nick.text) {
    changeNick(scope, occupant, nick, { session, stanza, isRewritten: nick.text !== raw });
  } else if (!isReplayed || sanitisedPresence(room.jid, stanza) !== occupant.presence) {
    update(scope, occupant, request, nick === wanted ? [] : rewritten(raw, occupant));
  }
}

/** Stores a session's presence, and sends it to all occupants. @param ownCodes status codes for the sender only */
function update(
  scope: RoomScope,
  occupant: Occupant,
  { session, stanza }: { readonly session: FullJid; readonly stanza: Element },
  ownCodes: readonly number[] = [],
): void {
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

/** Returns the sender's full address. @throws StanzaError jid-malformed if it has no resource */
function sessionOf(from: Jid, room: AccountJid): FullJid {
  if (isFull(from)) return from;
  throw roomError(room, "jid-malformed", "Only a full address (with a resource) can enter a room.");
}
