/** Leaving a room (XEP-0045 §7.14), voluntarily or not. */
import { NO_TEXT } from "../../xml/wire-text.js";
import type { RoomScope, RoomTransaction } from "../context.js";
import type { Occupant } from "../room/occupants.js";
import { notifyOthers, notifyOwnSessions, notifyPresence, ownPresence } from "../wire/fan-out.js";
import type { Shape } from "../wire/presence-stanza.js";

/**
 * What is special in the unavailable presence of an occupant who leaves. Status codes: 301 banned, 307 kicked, 321 no
 * longer a member, 322 members-only now, 333 session lost.
 */
type Leaving = Partial<Pick<Shape, "children" | "codes" | "cause" | "id">>;

/** Removes a session. Others are notified if it was the last session, or if its presence represented the occupant. */
export function leave(scope: RoomScope, session: string, leaving: Leaving): void {
  const { transaction, room } = scope;
  const occupant = room.sessions.get(session);
  if (occupant === undefined) return;
  if (occupant.sessions.size > 1) {
    const { presence } = occupant;
    transaction.sendPresences(room, [ownPresence(occupant, session, goneShape(occupant, leaving))], session);
    room.leave(transaction, session);
    if (occupant.presence !== presence) notifyPresence(scope, occupant);
    return;
  }
  notifyGone(scope, occupant, leaving);
  room.leave(transaction, session);
  removeIfAbandoned(scope);
}

/** Removes an occupant with all sessions. */
export function expel(scope: RoomScope, occupant: Occupant, leaving: Leaving): void {
  const { transaction, room } = scope;
  notifyGone(scope, occupant, leaving);
  for (const session of [...occupant.sessions.keys()]) room.leave(transaction, session);
  removeIfAbandoned(scope);
}

/** Deletes a room without occupants if it is temporary (XEP-0045 §4.2) or was never configured. */
export function removeIfAbandoned({ context, transaction, room }: RoomScope): void {
  const isAbandoned = room.occupants.size === 0 && (!room.options.persistent || room.isLocked);
  if (!room.isGone && isAbandoned) context.rooms.remove(transaction, room);
}

/** Notifies the occupant's own sessions, and then the other occupants, that the occupant leaves. */
function notifyGone(scope: RoomTransaction, occupant: Occupant, leaving: Leaving): void {
  const shape = goneShape(occupant, leaving);
  notifyOwnSessions(scope, occupant, shape);
  if (occupant.isShown) notifyOthers(scope, occupant, shape);
}

function goneShape({ affiliation }: Occupant, leaving: Leaving): Shape {
  return { type: "unavailable", role: "none", children: NO_TEXT, affiliation, ...leaving };
}
