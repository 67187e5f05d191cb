/** Where somebody has to say who they are: by an operator's token. */
import { logIn } from "./api.js";
import { labelled } from "./dialog.js";
import { fill, h } from "./dom.js";
import { faultOf, sayFault } from "./fault.js";
import { t } from "./words.js";

/**
 * @param {HTMLElement} main
 * @param {() => Promise<void>} onDone
 */
export function showLogin(main, onDone) {
  const token = labelled({ name: "token", label: t("token"), type: "password", isRequired: true });
  const fault = faultOf();
  const submit = h("button", { type: "submit", class: "primary" }, t("logIn"));
  const onSubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    submit.disabled = true;
    fill(fault);
    try {
      await logIn(token.input.value.trim());
      await onDone();
    } catch (error) {
      sayFault(fault, error);
      token.input.focus();
    } finally {
      submit.disabled = false;
    }
  };
  const form = h("form", { class: "panel login", onsubmit: onSubmit }, token.element, fault, submit);
  const help = h(
    "p",
    { class: "soft" },
    t("tokenHelp"),
    " ",
    h("code", {}, "qtalk-component operator add NAME"),
  );
  fill(main, h("h1", {}, t("logIn")), form, help);
  token.input.focus();
}
