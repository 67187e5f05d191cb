/** The console's texts in the reader's language: the one that was chosen, or the browser's preferred one. */
import { COMMON } from "./texts/common.js";
import { SCREENS } from "./texts/screens.js";

/** @typedef {"en" | "zh"} Language */
/** @typedef {Readonly<Record<string, readonly [en: string, zh: string]>>} Texts */
/** @typedef {keyof typeof TEXTS} TextKey */

const TEXTS = { ...COMMON, ...SCREENS };
const STORED = "qtalk-console-language";

/** @type {Language} */
export const language = chosen() ?? (/^zh\b/i.test(navigator.language) ? "zh" : "en");

/**
 * The text of this key.
 * @param {TextKey} key
 * @param {Readonly<Record<string, string | number>>} [values] replace {name}
 */
export function t(key, values = {}) {
  const [en, zh] = TEXTS[key];
  const text = language === "zh" ? zh : en;
  return text.replace(/\{(\w+)\}/g, (all, /** @type {string} */ name) => String(values[name] ?? all));
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
