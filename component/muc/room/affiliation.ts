/** Affiliations and roles (XEP-0045 §5), and their order. */

/** An account's lasting relation to a room. */
export type Affiliation = "owner" | "admin" | "member" | "none" | "outcast";
/** An occupant's rights in a room, which end when the occupant leaves. */
export type Role = "moderator" | "participant" | "visitor" | "none";

const AFFILIATION_RANK: Readonly<Record<Affiliation, number>> = {
  outcast: 0,
  none: 1,
  member: 2,
  admin: 3,
  owner: 4,
};
const ROLE_RANK: Readonly<Record<Role, number>> = { none: 0, visitor: 1, participant: 2, moderator: 3 };

export function isAffiliation(text: string | undefined): text is Affiliation {
  return text !== undefined && Object.hasOwn(AFFILIATION_RANK, text);
}

export function isRole(text: string | undefined): text is Role {
  return text !== undefined && Object.hasOwn(ROLE_RANK, text);
}

/** Returns less than 0 if `one` ranks below `other`, 0 if they are equal, more than 0 if `one` ranks above. */
export function compareAffiliations(one: Affiliation, other: Affiliation): number {
  return AFFILIATION_RANK[one] - AFFILIATION_RANK[other];
}

/** Whether an affiliation equals `least` or ranks above it. */
export function isAtLeast(affiliation: Affiliation, least: Affiliation): boolean {
  return compareAffiliations(affiliation, least) >= 0;
}

/** Whether a role equals `least` or ranks above it. */
export function roleIsAtLeast(role: Role, least: Role): boolean {
  return ROLE_RANK[role] >= ROLE_RANK[least];
}

/** The roles of newcomers by affiliation (§5.1.2), if no feature assigns another. */
export const USUAL_ROLE: Readonly<Record<Affiliation, Role>> = {
  owner: "moderator",
  admin: "moderator",
  member: "participant",
  none: "participant",
  outcast: "none",
};
