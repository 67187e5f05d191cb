/** Decides who sees occupants' real addresses (XEP-0045 §4.2) and the list of members. */
import type { Jid } from "../../addresses/address.js";
import type { Actor } from "../admin/actor.js";
import { isAtLeast, roleIsAtLeast, type Affiliation, type Role } from "../room/affiliation.js";
import type { Room } from "../room/room.js";
import type { Feature } from "./feature.js";

export function isNonAnonymous({ options }: Pick<Room, "options">): boolean {
  return options.whois === "anyone";
}

export function seesAddresses(room: Room, role: Role): boolean {
  return isNonAnonymous(room) || role === "moderator";
}

/** Whether a user may see real addresses. Administrators and owners may, even outside the room. */
export function mayKnowAddresses(room: Room, from: Jid): boolean {
  const [occupant] = room.occupantsOf(from.bare);
  return isAtLeast(room.affiliationOf(from), "admin") || seesAddresses(room, occupant?.role ?? "none");
}

export const anonymity: Feature = {
  disco: (room) => [isNonAnonymous(room) ? "muc_nonanonymous" : "muc_semianonymous"],
  entryCode: (room) => (isNonAnonymous(room) ? 100 : undefined),
  coded: { option: "whois", code: ({ whois }) => (whois === "anyone" ? 172 : 173) },
};

/** The role that counts for members outside the room. */
const OUTSIDE: Role = "participant";

/**
 * Lets members read the member list (XEP-0045 §7.11, §9.5) if they see real addresses and have the configured role or a
 * higher one. In members-only rooms, they may also read the lists of administrators and owners.
 */
export function mayReadMembers(room: Room, { affiliation, role }: Actor, list: Affiliation): boolean {
  const reads = role === "none" ? OUTSIDE : role;
  return (
    isAtLeast(affiliation, "member") &&
    (list === "member" || (room.options.membersOnly && isAtLeast(list, "member"))) &&
    seesAddresses(room, role) &&
    room.options.memberList.some((least) => roleIsAtLeast(reads, least))
  );
}
