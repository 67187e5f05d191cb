/** The console's two languages: what the reader chose, else what the browser likes best. */
import { en } from "./words/en.js";
import { zh } from "./words/zh.js";

/** @typedef {"en" | "zh"} Language */
/** @typedef {keyof typeof en} Word */

const KEPT = "qtalk-console-language";

/** @type {Language} */
export const language = chosen() ?? (/^zh\b/i.test(navigator.language) ? "zh" : "en");

/**
 * @param {Word} word
 * @param {Readonly<Record<string, string | number>>} [values] what stands for {name} in it
 */
export function t(word, values = {}) {
  /** @type {string} */
  const text = (language === "zh" ? zh : en)[word];
  return text.replace(/\{(\w+)\}/g, (all, /** @type {string} */ name) => String(values[name] ?? all));
}

/**
 * Words for one, or for many.
 * @param {Word} one
 * @param {Word} many has {n}
 * @param {number} count
 */
export function counted(one, many, count) {
  return t(count === 1 ? one : many, { n: count.toLocaleString(language) });
}

/** Begins again in the other language. */
export function changeLanguage() {
  localStorage.setItem(KEPT, language === "zh" ? "en" : "zh");
  location.reload();
}

/** @returns {Language | undefined} */
function chosen() {
  const kept = localStorage.getItem(KEPT);
  return kept === "zh" || kept === "en" ? kept : undefined;
}
