/** The screen on which an operator logs in with a token. */
import { logIn } from "./api.js";
import { labelled } from "./dialog.js";
import { fill, h, note } from "./dom.js";
import { faultLine, showFault } from "./fault.js";
import { t } from "./texts.js";

/**
 * @param {HTMLElement} main the element that the screen fills
 * @param {() => Promise<void>} onDone called after the login
 */
export function showLogin(main, onDone) {
  const token = labelled({ name: "token", label: t("token"), type: "password", isRequired: true });
  const fault = faultLine();
  const submit = h("button", { type: "submit", class: "primary" }, t("logIn"));
  const onSubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    submit.disabled = true;
    fill(fault);
    try {
      await logIn(token.input.value.trim());
      await onDone();
    } catch (error) {
      showFault(fault, error);
      token.input.focus();
    } finally {
      submit.disabled = false;
    }
  };
  const form = h("form", { class: "panel login", onsubmit: onSubmit }, token.element, fault, submit);
  const help = note(t("tokenHelp"), " ", h("code", {}, "qtalk-component operator add NAME"));
  fill(main, h("h1", {}, t("logIn")), form, help);
  token.input.focus();
}
