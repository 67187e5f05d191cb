/** Shows why a request failed. The server's messages are English. */
import { Fault } from "./api.js";
import { h } from "./dom.js";
import { language, t } from "./texts.js";

/**
 * An element for error messages.
 * @param {unknown} [error] shown at once
 */
export function faultLine(error) {
  const line = h("p", { class: "fault", role: "alert" });
  if (error !== undefined) showFault(line, error);
  return line;
}

/**
 * @param {HTMLElement} line
 * @param {unknown} error
 */
export function showFault(line, error) {
  line.lang = error instanceof Fault && error.code !== "network" ? "en" : language;
  line.textContent = error instanceof Fault ? error.message : t("unexpected", { error: String(error) });
}
