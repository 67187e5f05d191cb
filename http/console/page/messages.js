/** Shows results of actions, and why requests failed. The component's own messages are in English. */
/** @import { Done } from "./types.js" */
import { Fault } from "./api.js";
import { button, byId, fill, h } from "./dom.js";
import { language, t } from "./texts.js";

/** Makes an element for error messages. @param {unknown} [error] an error that is shown from the start */
export function faultLine(error) {
  const line = h("p", { role: "alert", "data-variant": "danger" });
  if (error !== undefined) showFault(line, error);
  return line;
}

/**
 * @param {HTMLElement} line the element that faultLine() made
 * @param {unknown} error
 */
export function showFault(line, error) {
  line.lang = error instanceof Fault && error.code !== "network" ? "en" : language;
  line.textContent = error instanceof Fault ? error.message : t("unexpected", { error: String(error) });
}

/** Whether the notice stays when the next screen opens. */
let isForNext = false;

/**
 * Shows the component's message about a change until it is closed or another screen opens.
 * @param {Done} answer
 * @param {boolean} [isNext] whether the message stays when the next screen opens
 */
export function showDone(answer, isNext = false) {
  show(h("span", { lang: "en" }, answer.message), isNext);
}

/** @param {string} text in the user's language */
export function showNotice(text) {
  show(h("span", {}, text), false);
}

/** @param {HTMLElement} text @param {boolean} isNext */
function show(text, isNext) {
  isForNext = isNext;
  const close = button("×", () => fill(byId("notice")), { "aria-label": t("close"), class: "outline small" });
  fill(byId("notice"), h("div", { class: "card flex gap-4" }, text, close));
}

/** Removes the notice, unless it is for the next screen. Must be called when another screen opens. */
export function clearNotice() {
  if (!isForNext) fill(byId("notice"));
  isForNext = false;
}
