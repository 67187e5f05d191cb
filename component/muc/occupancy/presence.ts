/** Presence sent to a room or to somebody's address in it: entering, an update, another nickname, leaving. */
import { isFull, type AccountJid, type FullJid, type Jid } from "../../address.js";
import type { Inbound } from "../../router.js";
import type { Element } from "../../xml/builder.js";
import { xml } from "../../xml/builder.js";
import type { RoomContext } from "../context.js";
import { watchDeparture } from "../features/invitations/absent-members.js";
import { roomError } from "../wire/errors.js";
import { tellPresence } from "../wire/fan-out.js";
import { enter, presenceOf, replay } from "./entering.js";
import { leave } from "./leaving.js";
import { changeNick } from "./nick-change.js";
import { rawNickOf, readNick } from "../room/nick.js";
import { MUC } from "../wire/ns.js";
import type { Occupant } from "../room/occupant.js";
import { presenceChildren } from "../room/occupant.js";
import { status } from "../wire/presence-stanza.js";
import type { Room } from "../room/room.js";
import type { Transaction } from "../transaction.js";

/** To somebody's address in a room. */
export function arrive(
  context: RoomContext,
  transaction: Transaction,
  { stanza, from, to }: Inbound<"occupant">,
): void {
  const session = sessionOf(from, to.room);
  const room = context.rooms.find(to.room);
  const occupant = room?.sessions.get(session.text);
  const wantsIn = stanza.getChild("x", MUC.muc) !== undefined;
  if (room !== undefined && occupant !== undefined) {
    moveOrUpdate(context, transaction, room, occupant, session, stanza, wantsIn);
    if (wantsIn) replay(context, transaction, room, session, stanza);
  } else if (wantsIn) {
    enter(context, transaction, to.room, session, stanza);
  } else {
    sayOutOfSync(transaction, to.jid, session);
  }
}

/** To the room itself: of those inside an update; those outside forgot the nickname. */
export function arriveAtRoom(
  context: RoomContext,
  transaction: Transaction,
  { stanza, from, to }: Inbound<"room">,
): void {
  const session = sessionOf(from, to.jid);
  const room = context.rooms.find(to.jid);
  const occupant = room?.sessions.get(session.text);
  if (room !== undefined && occupant !== undefined) {
    update(transaction, room, occupant, session, stanza);
  } else if (stanza.getChild("x", MUC.muc) !== undefined) {
    throw roomError(to.jid, "modify", "jid-malformed", "A nickname is needed: room@service/nickname.");
  }
}

/** To either: whoever it is from leaves. They are found by who they are, never by the nickname in `to`. */
export function depart(
  context: RoomContext,
  transaction: Transaction,
  { stanza, from, to }: Inbound<"room"> | Inbound<"occupant">,
): void {
  const room = context.rooms.find(to.kind === "room" ? to.jid : to.room);
  if (room?.sessions.has(from.text) !== true) return;
  const children = presenceChildren({ presence: presenceOf(room.jid, stanza), said: {} });
  leave(context, transaction, room, from.text, { children, id: stanza.attrs.id });
  if (isFull(from)) watchDeparture(context, room, from);
}

function moveOrUpdate(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  occupant: Occupant,
  session: FullJid,
  stanza: Element,
  isReplayed: boolean,
): void {
  const nick = readNick(rawNickOf(stanza.attrs.to ?? ""), context.rooms.config.nick_length);
  if (nick === undefined) throw roomError(room.jid, "modify", "jid-malformed", "This can't be a nickname.");
  const presence = presenceOf(room.jid, stanza);
  if (nick.text !== occupant.nick.text) {
    changeNick(transaction, room, occupant, session.text, nick, presence, stanza);
  } else if (!isReplayed || presence !== occupant.presence) {
    update(transaction, room, occupant, session, stanza);
  }
}

function update(
  transaction: Transaction,
  room: Room,
  occupant: Occupant,
  session: FullJid,
  stanza: Element,
): void {
  room.setPresence(transaction, occupant, session.text, presenceOf(room.jid, stanza));
  tellPresence(transaction, room, occupant, { id: stanza.attrs.id });
}

/** Somebody believes to be inside and isn't: told so, clients enter again (§7.2.18). */
function sayOutOfSync(transaction: Transaction, occupant: Jid, session: FullJid): void {
  const x = xml(
    "x",
    MUC.user,
    status(307),
    status(333),
    xml("item", { affiliation: "none", role: "none" }),
    status(110),
  );
  transaction.say(xml("presence", { from: occupant.text, to: session.text, type: "unavailable" }, x));
}

function sessionOf(from: Jid, room: AccountJid): FullJid {
  if (isFull(from)) return from;
  throw roomError(room, "modify", "jid-malformed", "Only a session can enter, whose address has a resource.");
}
