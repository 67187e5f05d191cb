/** What came of something: said once to screen readers, and shown until the reader goes on. */
import { byId, fill, h } from "./dom.js";
import { t } from "./words.js";

let isForNext = false;

/**
 * @param {string} sentence
 * @param {"here" | "next"} [where] whether it is to be read on this screen, or on the one that comes now
 */
export function notice(sentence, where = "here") {
  isForNext = where === "next";
  const close = h(
    "button",
    { type: "button", "aria-label": t("close"), onclick: () => fill(byId("notice")) },
    "×",
  );
  fill(byId("notice"), h("span", {}, sentence), close);
}

/** To be called where another screen comes. */
export function clearNotice() {
  if (!isForNext) fill(byId("notice"));
  isForNext = false;
}
