/** The role in which somebody enters, and has until a moderator gives them another (XEP-0045 §5.1.2). */
import { HOOKS } from "../features.js";
import { usualRole, type Affiliation, type Role } from "../room/affiliation.js";
import type { RoomView } from "../room/room-view.js";

export function defaultRoleOf(room: RoomView, affiliation: Affiliation): Role {
  for (const defaultRole of HOOKS.defaultRole) {
    const role = defaultRole(room, affiliation);
    if (role !== undefined) return role;
  }
  return usualRole(affiliation);
}
