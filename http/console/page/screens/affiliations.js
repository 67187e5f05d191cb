/** What somebody is in a room, in words. */
/** @import { Affiliation, Occupant } from "../types.js" */
import { t } from "../words.js";

/** @param {Affiliation | "none"} affiliation */
export function affiliationWord(affiliation) {
  const words = {
    owner: t("owner"),
    admin: t("administrator"),
    member: t("member"),
    outcast: t("banned"),
    none: t("noAffiliation"),
  };
  return words[affiliation];
}

/**
 * All who are that.
 * @param {Affiliation} affiliation
 */
export function affiliationsWord(affiliation) {
  const words = {
    owner: t("owners"),
    admin: t("administrators"),
    member: t("members"),
    outcast: t("bannedPeople"),
  };
  return words[affiliation];
}

/** @param {Occupant["role"]} role */
export function roleWord(role) {
  const words = {
    moderator: t("moderator"),
    participant: t("participant"),
    visitor: t("visitor"),
    none: t("none"),
  };
  return words[role];
}
