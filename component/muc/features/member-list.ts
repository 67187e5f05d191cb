/**
 * Lets members read the member list (XEP-0045 §7.11, §9.5) if they see real addresses and have a configured role or a
 * higher one; in members-only rooms, also the lists of administrators and owners.
 */
import { isAtLeast, roleIsAtLeast, type Role } from "../room/affiliation.js";
import { seesAddresses } from "./anonymity.js";
import type { Feature } from "./feature.js";
import { isForMembers } from "./members-only.js";

/** The role that counts for members outside the room. */
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
