/**
 * Entering a room (XEP-0045 §7.2): who may, and what everybody is told then. To the newcomer: the others' presence,
 * their own with 110, the room's, and what features tell newcomers; from then on what happens.
 */
import type { AccountJid, FullJid } from "../../address.js";
import { rawNickOf, readNick } from "../../nick.js";
import type { Element } from "../../xml/builder.js";
import type { WireText } from "../../xml/wire-text.js";
import { type RoomScope, type Work, isLocal } from "../context.js";
import { presenceFor } from "../discovery/room-presence.js";
import { HOOKS } from "../features.js";
import type { Entry } from "../features/feature.js";
import type { Occupant } from "../room/occupant.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/errors.js";
import { ownPresence, presencesFor, shapeOf, notifyOthers, notifyOwnSessions } from "../wire/fan-out.js";
import { MUC } from "../wire/ns.js";
import type { Shape } from "../wire/presence-stanza.js";
import { presenceOf } from "./client-presence.js";
import { assignedNick } from "./assigned-nick.js";
import { defaultRoleOf } from "./default-role.js";
import { goneError, mayRecreate } from "../room/tombstones.js";
import { optionsOfEntered } from "../room/options.js";

/** Lets a session in, or says why not. @throws StanzaError */
export function enter(work: Work, jid: AccountJid, from: FullJid, stanza: Element): void {
  const { context, transaction } = work;
  const raw = rawNickOf(stanza.attrs.to ?? "");
  const wanted = readNick(raw, context.config.nick_length);
  if (wanted === undefined) throw roomError(jid, "modify", "jid-malformed", "This can't be a nickname.");
  if (!context.budgets.presence.consume(from.bare.text)) {
    throw roomError(jid, "wait", "resource-constraint", "You enter rooms too fast.");
  }
  const presence = presenceOf(jid, stanza);
  const known = context.rooms.find(jid);
  const nick = assignedNick(context, known, from.bare, wanted);
  if (known !== undefined) {
    const affiliation = known.affiliationOf(from);
    refuse({ room: known, from, nick, affiliation, x: stanza.getChild("x", MUC.muc) });
  }
  const scope = known === undefined ? createByEntering(work, jid, from) : { ...work, room: known };

  const { room } = scope;
  const there = room.occupants.get(nick.key);
  const role = there?.role ?? defaultRoleOf(room, room.affiliationOf(from));
  const occupant = room.enter(transaction, from, { nick, role, presence });
  if (room.isBroadcast(occupant.role)) notifyOthers(scope, occupant, shapeOf(occupant));
  const codes = [...(known === undefined ? [201] : []), ...rewritten(raw, occupant)];
  sendEntry(scope, occupant, from, { stanza, codes });
  if (there !== undefined) notifyOtherSessions(scope, occupant, from);
}

/** Tells a session that is inside everything again, without asking at any gate (§17.3). */
export function replay(scope: RoomScope, from: FullJid, stanza: Element): void {
  const occupant = scope.room.sessions.get(from.text);
  if (occupant === undefined) return;
  const codes = rewritten(rawNickOf(stanza.attrs.to ?? ""), occupant);
  sendEntry(scope, occupant, from, { stanza, codes });
}

/** The code that tells somebody that they aren't called what they asked for (§7.2.3). */
export function rewritten(raw: string, { nick }: Pick<Occupant, "nick">): number[] {
  return nick.text === raw ? [] : [210];
}

/** @throws StanzaError the first feature's that refuses */
function refuse(entry: Entry): void {
  for (const refuseEntry of HOOKS.refuseEntry) {
    const refusal = refuseEntry(entry);
    if (refusal !== undefined) throw refusal;
  }
}

/** @param codes status codes that belong to this entry alone */
function sendEntry(
  scope: RoomScope,
  occupant: Occupant,
  session: FullJid,
  { stanza, codes }: { readonly stanza: Element; readonly codes: readonly number[] },
): void {
  const { transaction, room } = scope;
  const ownCodes = [...HOOKS.entryCode.flatMap((code) => code(room) ?? []), ...codes];
  const shape = { ...shapeOf(occupant), ownCodes, id: stanza.attrs.id };
  transaction.sendPresences(room, entryPresences(room, occupant, session.text, shape), session.text);
  const newcomer = { session, x: stanza.getChild("x", MUC.muc) };
  for (const tellNewcomer of HOOKS.tellNewcomer) tellNewcomer(scope, newcomer);
}

/** The others' presences, the newcomer's own, the room's. */
function* entryPresences(
  room: RoomView,
  occupant: Occupant,
  session: string,
  shape: Shape,
): Iterable<WireText> {
  yield* presencesFor(room, occupant, session);
  yield ownPresence(occupant, session, shape);
  yield presenceFor(room, session);
}

/** The account's other sessions see the presence that counts now. */
function notifyOtherSessions(scope: RoomScope, occupant: Occupant, newcomer: FullJid): void {
  const sessions = new Map(occupant.sessions);
  sessions.delete(newcomer.text);
  notifyOwnSessions(scope, { ...occupant, sessions }, shapeOf(occupant));
}

/** @throws StanzaError not-allowed for those who may make none; gone if others destroyed such a room */
export function createByEntering(work: Work, jid: AccountJid, from: FullJid): RoomScope {
  const { context, transaction } = work;
  const destroyed = context.rooms.findTombstone(jid);
  if (destroyed !== undefined && !mayRecreate(destroyed, [from], context.admins))
    throw goneError(jid, destroyed);
  const { create, per_user: most } = context.config;
  const isAllowed = create === "anyone" || (create === "local" && isLocal(context, from));
  const mayCreate = isAllowed || context.admins.has(from);
  if (!mayCreate) throw roomError(jid, "cancel", "not-allowed", "You may not make rooms here.");
  if (context.rooms.countOwned(from.bare, most) >= most && !context.admins.has(from)) {
    throw roomError(jid, "cancel", "not-allowed", `You own ${most} rooms, as many as you may.`);
  }
  const options = optionsOfEntered(context.config);
  const room = context.rooms.create(transaction, jid, { options, locked: true });
  room.setAffiliation(transaction, from.bare, "owner");
  return { ...work, room };
}
