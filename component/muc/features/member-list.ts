/**
 * Lets members read the member list (XEP-0045 §7.11, §9.5), which only administrators may read otherwise. Members may
 * read it if they see real addresses and have one of the configured roles or a higher one. In members-only rooms, they
 * may also read the lists of administrators and owners.
 */
import { isAtLeast, roleIsAtLeast, type Role } from "../room/affiliation.js";
import { seesAddresses } from "./anonymity.js";
import type { Feature } from "./feature.js";
import { isForMembers } from "./members-only.js";

/** The role that counts for members who aren't in the room. */
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
