/** Why something wasn't done, said where it was asked for. The server's sentences are English. */
import { Fault } from "./api.js";
import { h } from "./dom.js";
import { language, t } from "./words.js";

/**
 * A place for it.
 * @param {unknown} [error] what is to be said there now
 */
export function faultOf(error) {
  const place = h("p", { class: "fault", role: "alert" });
  if (error !== undefined) sayFault(place, error);
  return place;
}

/**
 * @param {HTMLElement} place
 * @param {unknown} error
 */
export function sayFault(place, error) {
  place.lang = error instanceof Fault && error.code !== "network" ? "en" : language;
  place.textContent = error instanceof Fault ? error.message : t("unexpected", { error: String(error) });
}
