/** Shows why a request failed. The messages of the component are in English. */
import { Fault } from "./api.js";
import { h } from "./dom.js";
import { language, t } from "./texts.js";

/** Makes an element for error messages. @param {unknown} [error] an error that is shown from the start */
export function faultLine(error) {
  const line = h("p", { class: "fault", role: "alert" });
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
