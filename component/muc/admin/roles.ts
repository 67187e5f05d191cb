/** Changes roles (XEP-0045 §8.2–8.7): kicks, grants and revokes voice, appoints and dismisses moderators. */
import type { StanzaError } from "../../inbound/stanza-error.js";
import type { RoomScope } from "../context.js";
import { expel } from "../occupancy/leaving.js";
import { compareAffiliations, isAtLeast, type Role } from "../room/affiliation.js";
import type { Occupant } from "../room/occupants.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/replies.js";
import { notifyPresence, type Cause } from "../wire/fan-out.js";
import { isModerator, type Actor } from "./actor.js";

export interface RoleChange {
  readonly occupant: Occupant;
  /** The new role; "none" kicks the occupant. */
  readonly role: Role;
  readonly reason: string | undefined;
}

export function refuseRole(
  room: RoomView,
  actor: Actor,
  { occupant, role }: RoleChange,
): StanzaError | undefined {
  if (!isModerator(actor)) return roomError(room.jid, "forbidden", "Only moderators may change roles.");
  if (occupant.role === role || (role === "none" && occupant.account.equals(actor.account))) return undefined;
  if (compareAffiliations(occupant.affiliation, actor.affiliation) > 0) {
    return roomError(room.jid, "not-allowed", `${occupant.nick.text} has a higher affiliation than you.`);
  }
  if (room.isServiceAdmin(occupant.account)) {
    return roomError(room.jid, "not-allowed", `${occupant.nick.text} is a service administrator.`);
  }
  if (role === "none") return undefined;
  if (isAtLeast(occupant.affiliation, "admin")) {
    return roomError(room.jid, "not-allowed", "Owners and administrators are always moderators.");
  }
  const concernsModerators = role === "moderator" || occupant.role === "moderator";
  return concernsModerators && !isAtLeast(actor.affiliation, "admin")
    ? roomError(room.jid, "forbidden", "Only administrators may appoint or dismiss moderators.")
    : undefined;
}

/** Changes an occupant's role and notifies all occupants. The caller has checked the change. */
export function changeRole(scope: RoomScope, occupant: Occupant, role: Role, cause: Cause): void {
  if (occupant.role === role) return;
  if (role === "none") {
    expel(scope, occupant, { codes: [307], cause });
    return;
  }
  scope.room.setRole(scope.transaction, occupant, role);
  notifyPresence(scope, occupant, { cause });
}
