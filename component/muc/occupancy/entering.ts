/**
 * Entering a room (XEP-0045 §7.2). The newcomer gets, in this order, the other occupants' presence, their own presence
 * with status 110, the room's presence, the history and the subject. Live messages and presence follow.
 */
import type { AccountJid, FullJid } from "../../addresses/address.js";
import { parseNick, rawNickOf, type Nick } from "../../addresses/nick.js";
import type { Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { isLocal, type RoomContext, type RoomScope, type Work } from "../context.js";
import { roomPresence } from "../discovery/description.js";
import { defaultRoleOf, firstResult, hooksOf } from "../features.js";
import type { Occupant } from "../room/occupants.js";
import { raise, roomError } from "../wire/replies.js";
import { ownPresence, presencesFor, shapeOf, notifyOthers, notifyOwnSessions } from "../wire/fan-out.js";
import { MUC } from "../wire/ns.js";
import { sanitisedPresence } from "../wire/sanitising.js";
import { assignedNick } from "./assigned-nick.js";
import { goneError, mayRecreate } from "../room/tombstones.js";
import { optionsOfEntered } from "../options/room-options.js";

/** Lets a session enter; creates the room if necessary. @throws StanzaError if the user may not enter or create it */
export function enter(work: Work, jid: AccountJid, from: FullJid, stanza: Element): void {
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
  for (const beforeEntry of hooksOf("beforeEntry")) beforeEntry(scope);
  const there = room.occupants.get(nick.key);
  const role = there?.role ?? defaultRoleOf(room, room.affiliationOf(from));
  const occupant = room.enter(transaction, from, { nick, role, presence });
  if (occupant.isShown) notifyOthers(scope, occupant, shapeOf(occupant));
  const codes = [...(known === undefined ? [201] : []), ...rewritten(raw, occupant)];
  sendEntry(scope, occupant, from, { stanza, codes });
  if (there === undefined) return;
  // The newcomer's presence represents the occupant now.
  const sessions = new Map(occupant.sessions);
  sessions.delete(from.text);
  notifyOwnSessions(scope, { ...occupant, sessions }, shapeOf(occupant));
}

/** Returns the requested nickname, as it was sent and parsed. @throws StanzaError jid-malformed if it isn't allowed */
export function requestedNick(
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

/** Sends everything that a newcomer gets (§17.3) to a session that is already inside, without checking permissions. */
export function replay(scope: RoomScope, from: FullJid, stanza: Element): void {
  const occupant = scope.room.sessions.get(from.text);
  if (occupant === undefined) return;
  const codes = rewritten(rawNickOf(stanza.attrs.to ?? ""), occupant);
  sendEntry(scope, occupant, from, { stanza, codes });
}

/** Returns status code 210 if the nickname differs from `raw`, the requested one (§7.2.3). */
export function rewritten(raw: string, { nick }: Pick<Occupant, "nick">): number[] {
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
  const shape = { ...shapeOf(occupant), ownCodes, id: stanza.attrs.id };
  const { text } = session;
  const own = [ownPresence(occupant, text, shape), serialise(roomPresence(room, text))];
  transaction.sendPresences(room, [...presencesFor(room, occupant, text), ...own], text);
  const newcomer = { session, x: stanza.getChild("x", MUC.muc) };
  for (const send of hooksOf("sendToNewcomer")) send(scope, newcomer);
}

/** Creates a locked room. @throws StanzaError not-allowed; gone if the address is reserved for others */
function createByEntering(work: Work, jid: AccountJid, from: FullJid): RoomScope {
  const { context, transaction } = work;
  const destroyed = context.rooms.findTombstone(jid);
  if (destroyed !== undefined && !mayRecreate(destroyed, [from], context.admins))
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
  room.setAffiliation(transaction, from.bare, "owner");
  return { ...work, room };
}
