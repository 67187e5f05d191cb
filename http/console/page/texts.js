/** The console's texts in the language that the user chose, otherwise in the browser's. */
import { COMMON } from "./texts/common.js";
import { SCREENS } from "./texts/screens.js";

/** @typedef {"en" | "zh"} Language */
/** @typedef {Readonly<Record<string, readonly [en: string, zh: string]>>} Texts */
/** @typedef {keyof typeof TEXTS} TextKey */

const TEXTS = { ...COMMON, ...SCREENS };
/** The key in the browser's local storage. */
const STORED = "qtalk-console-language";

/** @type {Language} */
export const language = chosen() ?? (/^zh\b/i.test(navigator.language) ? "zh" : "en");

/**
 * @param {TextKey} key
 * @param {Readonly<Record<string, string | number>>} [values] the value of `name` replaces {name} in the text
 */
export function t(key, values = {}) {
  const [en, zh] = TEXTS[key];
  const text = language === "zh" ? zh : en;
  return text.replace(/\{(\w+)\}/g, (all, /** @type {string} */ name) => String(values[name] ?? all));
}

/** Returns a text in both languages, as declarations have them. @param {TextKey} key */
export function inBoth(key) {
  const [en, zh] = TEXTS[key];
  return { en, zh };
}

/** Returns the word for a value of an enumeration, or else the value. @param {string} field @param {string} value */
export function wordOf(field, value) {
  const key = `${field} ${value}`;
  return key in TEXTS ? t(/** @type {TextKey} */ (key)) : value;
}

/** Reloads the page in the other language. */
export function changeLanguage() {
  localStorage.setItem(STORED, language === "zh" ? "en" : "zh");
  location.reload();
}

/** @returns {Language | undefined} */
function chosen() {
  const stored = localStorage.getItem(STORED);
  return stored === "zh" || stored === "en" ? stored : undefined;
}
