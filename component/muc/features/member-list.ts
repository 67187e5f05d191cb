/**
 * Who besides administrators may read who is a member (XEP-0045 §7.11, §9.5): members, inside or not, where they see
 * real addresses, as the list is one of addresses; in the roles that the room lets read it, and in higher ones. In a room
 * of members they read who its administrators and owners are, too. Passers-by read nothing.
 */
import { isAtLeast, roleIsAtLeast, type Role } from "../room/affiliation.js";
import { seesAddresses } from "./anonymity.js";
import type { Feature } from "./feature.js";
import { isForMembers } from "./members-only.js";

/** In which role members outside read. */
const OUTSIDE: Role = "participant";

export const memberList: Feature = {
  mayReadList: (room, { affiliation, role }, list) => {
    const reads = role === "none" ? OUTSIDE : role;
    return (
      isAtLeast(affiliation, "member") &&
      (list === "member" || (isForMembers(room) && isAtLeast(list, "member"))) &&
      seesAddresses(room, role) &&
      room.options.memberList.some((least) => roleIsAtLeast(reads, least))
    );
  },
};
