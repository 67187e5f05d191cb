/** Shows the result of an action until it is closed or another screen opens; screen readers announce it once. */
/** @import { Done } from "./types.js" */
import { button, byId, fill, h } from "./dom.js";
import { t } from "./texts.js";

let isForNext = false;

/**
 * Shows the server's message, which is English.
 * @param {Done} answer
 * @param {"here" | "next"} [screen] whether it stays when the next screen opens
 */
export function showDone(answer, screen = "here") {
  isForNext = screen === "next";
  show(h("span", { lang: "en" }, answer.message));
}

/** @param {string} text in the reader's language */
export function showNotice(text) {
  isForNext = false;
  show(h("span", {}, text));
}

/** @param {HTMLElement} text */
function show(text) {
  fill(
    byId("notice"),
    text,
    button("×", () => fill(byId("notice")), { "aria-label": t("close") }),
  );
}

/** To be called when another screen opens. */
export function clearNotice() {
  if (!isForNext) fill(byId("notice"));
  isForNext = false;
}
