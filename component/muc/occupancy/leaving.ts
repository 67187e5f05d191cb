/** Leaving a room (XEP-0045 §7.14), voluntarily or not. */
import { removeIfAbandoned } from "../admin/destroying.js";
import type { RoomScope } from "../context.js";
import type { Role } from "../room/affiliation.js";
import type { Occupant } from "../room/occupants.js";
import {
  goneShape,
  notifyAll,
  notifyPresence,
  ownPresence,
  type ChangeCause,
  type PresenceShape,
} from "../wire/fan-out.js";

/**
 * What is special in the unavailable presence of an occupant who leaves. Status codes: 301 banned, 307 kicked, 321 no
 * longer a member, 322 members-only now, 333 session lost.
 */
type Leaving = Partial<Pick<PresenceShape, "children" | "codes" | "cause" | "id">>;

const KICKED = 307;

/** Removes a session. Others are notified if it was the last session, or if its presence represented the occupant. */
export function leave(scope: RoomScope, session: string, leaving: Leaving): void {
  const { transaction, room } = scope;
  const occupant = room.sessions.get(session);
  if (occupant === undefined) return;
  if (occupant.sessions.size === 1) {
    expel(scope, occupant, leaving);
    return;
  }
  const { presence } = occupant;
  transaction.sendPresences(room, [ownPresence(occupant, session, goneShape(occupant, leaving))], session);
  remove(scope, session, leaving);
  if (occupant.presence !== presence) notifyPresence(scope, occupant);
}

/** Removes an occupant with all sessions. */
export function expel(scope: RoomScope, occupant: Occupant, leaving: Leaving): void {
  notifyAll(scope, occupant, goneShape(occupant, leaving));
  for (const session of [...occupant.sessions.keys()]) remove(scope, session, leaving);
  removeIfAbandoned(scope);
}

/** Takes a session out of the room: the only way out, whatever the reason, so that nothing that follows is forgotten. */
function remove(
  { context, transaction, room }: RoomScope,
  session: string,
  { codes = [] }: Pick<Leaving, "codes">,
): void {
  const account = room.sessions.get(session)?.account;
  room.leave(transaction, session, codes.includes(KICKED));
  if (account !== undefined) context.activity.left(room, account.text);
}

/** Changes an occupant's role (XEP-0045 §8.2–8.7) and notifies all occupants. The caller has checked the change. */
export function changeRole(scope: RoomScope, occupant: Occupant, role: Role, cause: ChangeCause): void {
  if (occupant.role === role) return;
  if (role === "none") {
    expel(scope, occupant, { codes: [KICKED], cause });
    return;
  }
  scope.room.inside.change(scope.transaction, occupant, { role });
  notifyPresence(scope, occupant, { cause });
}
