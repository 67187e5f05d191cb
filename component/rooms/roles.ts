/** Changing what an occupant may do inside (XEP-0045 §8.2–8.7): kicking, voice, moderators. */
import type { StanzaError } from "../stanza-error.js";
import { compareAffiliations, isAtLeast, roleIsAtLeast, type Role } from "./affiliation.js";
import type { Actor } from "./affiliations.js";
import type { RoomContext } from "./context.js";
import { failure } from "./failure.js";
import { tellPresence } from "./fan-out.js";
import { expel } from "./leaving.js";
import type { Occupant } from "./occupant.js";
import type { Cause } from "./presence-stanza.js";
import type { Room } from "./room.js";
import type { Turn } from "./turn.js";

export interface RoleChange {
  readonly occupant: Occupant;
  readonly role: Role;
  readonly reason: string | undefined;
}

/** Whether somebody may make a change. */
export function refuseRole(
  room: Room,
  actor: Actor & { readonly role: Role },
  { occupant, role }: RoleChange,
): StanzaError | undefined {
  const isModerator = roleIsAtLeast(actor.role, "moderator") || isAtLeast(actor.affiliation, "admin");
  if (!isModerator) return failure(room.jid, "auth", "forbidden", "Only moderators do this.");
  if (occupant.role === role || (role === "none" && occupant.account.equals(actor.account))) return undefined;
  if (compareAffiliations(occupant.affiliation, actor.affiliation) > 0) {
    return failure(room.jid, "cancel", "not-allowed", `${occupant.nick.text} ranks higher than you.`);
  }
  if (role === "none") return undefined;
  if (isAtLeast(occupant.affiliation, "admin")) {
    return failure(room.jid, "cancel", "not-allowed", "Owners and administrators are always moderators.");
  }
  const concernsModerators = role === "moderator" || occupant.role === "moderator";
  return concernsModerators && !isAtLeast(actor.affiliation, "admin")
    ? failure(room.jid, "auth", "forbidden", "Only administrators make and unmake moderators.")
    : undefined;
}

/** Makes a change that was found to be allowed, and tells everybody. */
export function changeRole(
  context: RoomContext,
  turn: Turn,
  room: Room,
  { occupant, role, reason }: RoleChange,
  actor: Pick<Actor, "account" | "nick">,
): void {
  if (occupant.role === role) return;
  const cause: Cause = { nick: actor.nick, jid: actor.account, reason };
  if (role === "none") {
    expel(context, turn, room, occupant, { codes: [307], cause });
    return;
  }
  const was = occupant.role;
  room.setRole(turn, occupant, role);
  tellPresence(turn, room, occupant, { cause }, was);
}
