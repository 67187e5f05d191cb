/** Why calls are refused, in words: by the interface's error numbers, as the server names them. */
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

/** @param {string} kind */
export function kindWord(kind) {
  return WORDS[kind] ?? kind;
}
