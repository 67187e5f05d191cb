/** In words: why calls are refused, by the interface's error numbers as the server names them; how the link stands. */
import { t } from "../words.js";

/** @type {Readonly<Record<string, string>>} */
const WORDS = {
  request: t("kindRequest"),
  forbidden: t("kindForbidden"),
  exists: t("kindExists"),
  notFound: t("kindNotFound"),
  unavailable: t("kindUnavailable"),
  caller: t("kindCaller"),
  tooLong: t("kindTooLong"),
};

/** @type {Readonly<Record<import("../types.js").State["link"]["kind"], string>>} */
const LINK = {
  up: t("linkUp"),
  connecting: t("linkConnecting"),
  away: t("linkAway"),
  refused: t("linkRefused"),
  stopped: t("linkStopped"),
};

/** @param {keyof typeof LINK} kind of the link's state */
export function linkWord(kind) {
  return LINK[kind];
}

/** @param {string} kind */
export function kindWord(kind) {
  return WORDS[kind] ?? kind;
}
