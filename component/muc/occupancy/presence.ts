/** Presence sent to a room or to somebody's address in it: entering, an update, another nickname, leaving. */
import { isFull, type AccountJid, type FullJid, type Jid } from "../../address.js";
import { rawNickOf, readNick } from "../../nick.js";
import type { Inbound } from "../../router.js";
import { xml, type Element } from "../../xml/builder.js";
import type { RoomScope, Work } from "../context.js";
import { HOOKS } from "../features.js";
import type { Occupant } from "../room/occupant.js";
import { roomError } from "../wire/errors.js";
import { notifyPresence } from "../wire/fan-out.js";
import { MUC } from "../wire/ns.js";
import { status } from "../wire/presence-stanza.js";
import { presenceOf } from "./client-presence.js";
import { areAssigned } from "./assigned-nick.js";
import { enter, replay, rewritten } from "./entering.js";
import { leave } from "./leaving.js";
import { changeNick } from "./nick-change.js";

/** To somebody's address in a room. */
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

/** To the room itself: of those inside an update; those outside forgot the nickname. */
export function arriveAtRoom(work: Work, { stanza, from, to }: Inbound<"room">): void {
  const session = sessionOf(from, to.jid);
  const room = work.context.rooms.find(to.jid);
  const occupant = room?.sessions.get(session.text);
  if (room !== undefined && occupant !== undefined) {
    update({ ...work, room }, occupant, { session, stanza });
    if (stanza.getChild("x", MUC.muc) !== undefined) replay({ ...work, room }, session, stanza);
  } else if (stanza.getChild("x", MUC.muc) !== undefined) {
    throw roomError(to.jid, "modify", "jid-malformed", "A nickname is needed: room@service/nickname.");
  }
}

/** To either: whoever it is from leaves. They are found by who they are, never by the nickname in `to`. */
export function depart(work: Work, { stanza, from, to }: Inbound<"room"> | Inbound<"occupant">): void {
  const { context } = work;
  const room = context.rooms.find(to.kind === "room" ? to.jid : to.room);
  if (room?.sessions.has(from.text) !== true) return;
  const children = presenceOf(room.jid, stanza);
  leave({ ...work, room }, from.text, { children, id: stanza.attrs.id });
  if (isFull(from)) for (const onDeparture of HOOKS.onDeparture) onDeparture(context, room, from);
}

function moveOrUpdate(
  scope: RoomScope,
  occupant: Occupant,
  request: { readonly session: FullJid; readonly stanza: Element; readonly isReplayed: boolean },
): void {
  const { context, room } = scope;
  const { session, stanza, isReplayed } = request;
  const raw = rawNickOf(stanza.attrs.to ?? "");
  const wanted = readNick(raw, context.config.nick_length);
  if (wanted === undefined) throw roomError(room.jid, "modify", "jid-malformed", "This can't be a nickname.");
  // Inside they keep the name that they were given.
  const nick = areAssigned(context) ? occupant.nick : wanted;
  if (nick.text !== occupant.nick.text) {
    changeNick(scope, occupant, nick, { session, stanza, isRewritten: nick.text !== raw });
  } else if (!isReplayed || presenceOf(room.jid, stanza) !== occupant.presence) {
    update(scope, occupant, request, nick === wanted ? [] : rewritten(raw, occupant));
  }
}

function update(
  scope: RoomScope,
  occupant: Occupant,
  { session, stanza }: { readonly session: FullJid; readonly stanza: Element },
  ownCodes: readonly number[] = [],
): void {
  const { transaction, room } = scope;
  room.setPresence(transaction, occupant, session.text, presenceOf(room.jid, stanza));
  notifyPresence(scope, occupant, { id: stanza.attrs.id, ownCodes });
}

/** Somebody believes to be inside and isn't: told so, clients enter again (§7.2.18). */
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

function sessionOf(from: Jid, room: AccountJid): FullJid {
  if (isFull(from)) return from;
  throw roomError(room, "modify", "jid-malformed", "Only a session can enter, whose address has a resource.");
}
