/** Shows an action's result until it is closed or another screen opens. Screen readers announce it once. */
/** @import { Done } from "./types.js" */
import { button, byId, fill, h } from "./dom.js";
import { t } from "./texts.js";

/** Whether the notice stays when the next screen opens. */
let isForNext = false;

/**
 * Shows the component's message about a change, which is in English.
 * @param {Done} answer
 * @param {"here" | "next"} [screen] "next": the message stays when the next screen opens
 */
export function showDone(answer, screen = "here") {
  isForNext = screen === "next";
  show(h("span", { lang: "en" }, answer.message));
}

/** @param {string} text in the user's language */
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

/** Removes the notice, unless it is for the next screen. Must be called when another screen opens. */
export function clearNotice() {
  if (!isForNext) fill(byId("notice"));
  isForNext = false;
}
