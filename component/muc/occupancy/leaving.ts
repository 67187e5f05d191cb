/** Leaving a room (XEP-0045 §7.14), by oneself or by others' doing. */
import type { Element } from "../../xml/builder.js";
import { NO_TEXT, type WireText } from "../../xml/wire-text.js";
import type { RoomScope, RoomTransaction } from "../context.js";
import { isAbandoned } from "../features/persistence.js";
import { isAtLeast, type Affiliation } from "../room/affiliation.js";
import type { Occupant } from "../room/occupant.js";
import { notifyOthers, notifyOwnSessions, notifyPresence, notifySession } from "../wire/fan-out.js";
import type { Cause, Shape } from "../wire/presence-stanza.js";

export interface Leaving {
  /** What they said on leaving. */
  readonly children?: WireText;
  /** Status codes: 307 kicked, 301 banned, 321 no member any more, 322 members only now, 333 lost. */
  readonly codes?: readonly number[];
  readonly cause?: Cause | undefined;
  readonly affiliation?: Affiliation;
  /** <destroy/>. */
  readonly extra?: Element;
  readonly id?: string | undefined;
}

/**
 * Takes one session out: told to it alone where its occupant has others, unless it was its presence that was shown.
 */
export function leave(scope: RoomScope, session: string, leaving: Leaving = {}): void {
  const { transaction, room } = scope;
  const occupant = room.sessions.get(session);
  if (occupant === undefined) return;
  if (occupant.sessions.size > 1) {
    const { presence } = occupant;
    notifySession(scope, occupant, session, goneShape(occupant, leaving));
    room.leave(transaction, session);
    if (occupant.presence !== presence) notifyPresence(scope, occupant);
    return;
  }
  notifyGone(scope, occupant, leaving);
  room.leave(transaction, session);
  removeIfAbandoned(scope);
}

/** Takes an occupant out, with all their sessions; nothing that is said invites them back. */
export function expel(scope: RoomScope, occupant: Occupant, leaving: Leaving): void {
  const { transaction, room } = scope;
  notifyGone(scope, occupant, leaving);
  for (const session of [...occupant.sessions.keys()]) room.leave(transaction, session);
  if (isAtLeast(occupant.affiliation, "member")) room.stopInviting(transaction, [occupant.account.text]);
  removeIfAbandoned(scope);
}

/** A temporary room that nobody is in goes. */
export function removeIfAbandoned({ context, transaction, room }: RoomScope): void {
  if (!room.isGone && isAbandoned(room)) context.rooms.remove(transaction, room);
}

/** Themselves first, then the others. */
function notifyGone(told: RoomTransaction, occupant: Occupant, leaving: Leaving): void {
  const shape = goneShape(occupant, leaving);
  notifyOwnSessions(told, occupant, shape);
  if (told.room.isBroadcast(occupant.role)) notifyOthers(told, occupant, shape);
}

function goneShape(occupant: Occupant, leaving: Leaving): Shape {
  const { children = NO_TEXT, affiliation = occupant.affiliation, ...rest } = leaving;
  return { type: "unavailable", role: "none", children, affiliation, ...rest };
}
