import type { FullJid } from "../../address.js";
import type { Nick } from "../../nick.js";
import type { Element } from "../../xml/builder.js";
import { NO_TEXT } from "../../xml/wire-text.js";
import type { RoomScope } from "../context.js";
import { nickConflict, refuseNick } from "../features/access.js";
import type { Occupant } from "../room/occupant.js";
import { shapeOf, notifyOthers, notifyOwnSessions } from "../wire/fan-out.js";
import { raise } from "../wire/replies.js";
import { sanitisedPresence } from "../wire/sanitising.js";

/** The status code for a nickname that differs from the requested one. */
const REWRITTEN = 210;

/**
 * Changes an occupant's nickname (XEP-0045 §7.6): the old one leaves with status code 303, the new one enters.
 * @param request the presence, its session, and whether the nickname differs from the requested one
 * @throws StanzaError conflict if another account, or another occupant of the same account, has it
 */
export function changeNick(
  scope: RoomScope,
  occupant: Occupant,
  nick: Nick,
  request: { readonly session: FullJid; readonly stanza: Element; readonly isRewritten: boolean },
): void {
  const { transaction, room } = scope;
  const { session, stanza, isRewritten } = request;
  const presence = sanitisedPresence(room.jid, stanza);
  const holder = room.occupants.get(nick.key);
  const isTaken = holder !== undefined && holder !== occupant;
  raise(isTaken ? nickConflict(room) : refuseNick(room, nick, occupant.account));
  const { affiliation, role } = occupant;
  const left = {
    type: "unavailable",
    children: NO_TEXT,
    affiliation,
    role,
    newNick: nick.text,
    codes: [303],
  } as const;
  const isVisible = room.isBroadcast(role);
  notifyOwnSessions(scope, occupant, left);
  if (isVisible) notifyOthers(scope, occupant, left);
  room.rename(transaction, occupant, nick);
  room.setPresence(transaction, occupant, session.text, presence);
  const ownCodes = isRewritten ? [REWRITTEN] : [];
  notifyOwnSessions(scope, occupant, { ...shapeOf(occupant), ownCodes, id: stanza.attrs.id });
  if (isVisible) notifyOthers(scope, occupant, shapeOf(occupant));
}
