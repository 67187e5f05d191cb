/** Labels for the values of enumerations in the API, in the user's language. */
/** @import { State } from "../types.js" */
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

/** @type {Readonly<Record<"owner" | "admin" | "member" | "none" | "outcast", string>>} */
export const AFFILIATION = {
  owner: t("owner"),
  admin: t("administrator"),
  member: t("member"),
  none: t("noAffiliation"),
  outcast: t("banned"),
};

/** @type {Readonly<Record<"moderator" | "participant" | "visitor" | "none", string>>} */
export const ROLES = {
  moderator: t("moderator"),
  participant: t("participant"),
  visitor: t("visitor"),
  none: t("none"),
};

/** The states of a bot in a room. @type {Readonly<Record<string, string>>} */
export const BOT_STATES = {
  entering: t("entering"),
  inside: t("inside"),
  outside: t("outside"),
  unsure: t("unsure"),
  refused: t("refused"),
};

/** The ways in which changes come. @type {Readonly<Record<string, string>>} */
export const WAYS = { "command line": t("commandLine"), console: t("console"), http: "HTTP", xmpp: "XMPP" };
