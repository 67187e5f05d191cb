/** Affiliations and roles (XEP-0045 §5): what there is, and what ranks above what. */

/** What an account is to a room, for good. */
export type Affiliation = "owner" | "admin" | "member" | "none" | "outcast";
/** What an occupant may do inside, until they leave. */
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

/** Below 0 where the first ranks lower, above 0 where it ranks higher. */
export function compareAffiliations(one: Affiliation, other: Affiliation): number {
  return AFFILIATION_RANK[one] - AFFILIATION_RANK[other];
}

export function isAtLeast(affiliation: Affiliation, least: Affiliation): boolean {
  return compareAffiliations(affiliation, least) >= 0;
}

export function roleIsAtLeast(role: Role, least: Role): boolean {
  return ROLE_RANK[role] >= ROLE_RANK[least];
}

/** The role that somebody has on entering (§5.1.2), where no feature has another for them. */
export function usualRole(affiliation: Affiliation): Role {
  switch (affiliation) {
    case "owner":
    case "admin":
      return "moderator";
    case "member":
    case "none":
      return "participant";
    case "outcast":
      return "none";
  }
}
