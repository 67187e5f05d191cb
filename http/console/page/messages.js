/** Shows results of actions, and why requests failed. The component's own messages are in English. */
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
 * @param {unknown} message
 * @param {boolean} [isNext] whether the message stays when the next screen opens
 * @param {string} [lang] the message's language
 */
export function showDone(message, isNext = false, lang = "en") {
  isForNext = isNext;
  const close = button("×", () => fill(byId("notice")), { "aria-label": t("close"), class: "outline small" });
  fill(byId("notice"), h("div", { class: "card flex gap-4" }, h("span", { lang }, String(message)), close));
}

/** Removes the notice, unless it is for the next screen. Must be called when another screen opens. */
export function clearNotice() {
  if (!isForNext) fill(byId("notice"));
  isForNext = false;
}
