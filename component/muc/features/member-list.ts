/**
 * Access to the member list for others than administrators (XEP-0045 §7.11, §9.5): members, inside or outside, who see
 * real addresses, in the configured roles and higher ones. In members-only rooms they read the lists of administrators
 * and owners, too.
 */
import { isAtLeast, roleIsAtLeast, type Role } from "../room/affiliation.js";
import { seesAddresses } from "./anonymity.js";
import type { Feature } from "./feature.js";
import { isForMembers } from "./members-only.js";

/** The role that counts for members outside. */
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
