/** What came of something: said once to screen readers, and shown until the reader goes on. */
/** @import { Told } from "./types.js" */
import { byId, fill, h } from "./dom.js";
import { t } from "./words.js";

let isForNext = false;

/**
 * What the server says of what it did, in English.
 * @param {Told} answer
 * @param {"here" | "next"} [where] whether it is to be read on this screen, or on the one that comes now
 */
export function told(answer, where = "here") {
  isForNext = where === "next";
  show(h("span", { lang: "en" }, answer.told));
}

/** @param {string} sentence in the reader's language */
export function notice(sentence) {
  isForNext = false;
  show(h("span", {}, sentence));
}

/** @param {HTMLElement} sentence */
function show(sentence) {
  const close = h(
    "button",
    { type: "button", "aria-label": t("close"), onclick: () => fill(byId("notice")) },
    "×",
  );
  fill(byId("notice"), sentence, close);
}

/** To be called where another screen comes. */
export function clearNotice() {
  if (!isForNext) fill(byId("notice"));
  isForNext = false;
}
