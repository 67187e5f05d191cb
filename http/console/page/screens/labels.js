/** Labels for the values of enumerations in the API, in the user's language. */
/** @import { Affiliation, Occupant, State } from "../types.js" */
import { t } from "../texts.js";

/** @type {Readonly<Record<string, string>>} */
export const REFUSALS = {
  request: t("kindRequest"),
  forbidden: t("kindForbidden"),
  exists: t("kindExists"),
  notFound: t("kindNotFound"),
  unavailable: t("kindUnavailable"),
  caller: t("kindCaller"),
  tooLong: t("kindTooLong"),
};

/** @type {Readonly<Record<State["link"]["kind"], string>>} */
export const LINK_STATES = {
  up: t("linkUp"),
  connecting: t("linkConnecting"),
  away: t("linkAway"),
  refused: t("linkRefused"),
  stopped: t("linkStopped"),
};

/** @type {Readonly<Record<Occupant["affiliation"], string>>} */
export const AFFILIATION = {
  owner: t("owner"),
  admin: t("administrator"),
  member: t("member"),
  none: t("noAffiliation"),
  outcast: t("banned"),
};

/** Titles of lists of users with an affiliation. @type {Readonly<Record<Affiliation, string>>} */
export const AFFILIATIONS = {
  owner: t("owners"),
  admin: t("administrators"),
  member: t("members"),
  outcast: t("banned"),
};

/** @type {Readonly<Record<Occupant["role"], string>>} */
export const ROLES = {
  moderator: t("moderator"),
  participant: t("participant"),
  visitor: t("visitor"),
  none: t("none"),
};
