/** The form for a room's configuration (XEP-0045 §10.2). It sends only fields that the user changed. */
/** @import { RoomOption, Row } from "../types.js" */
import { Fault } from "../api.js";
import { labelled } from "../dialog.js";
import { fill, freshId, h, regainFocus } from "../dom.js";
import { faultLine, showFault } from "../fault.js";
import { clearNotice, showDone, showNotice } from "../notice.js";
import { run } from "../operations.js";
import { language, t } from "../texts.js";

/**
 * @typedef {object} Input
 * @property {RoomOption} field
 * @property {HTMLElement} element the element with label and inputs
 * @property {HTMLElement} first gets the focus if the field is invalid
 * @property {() => string[]} values returns the present values
 */

/**
 * @param {Row} shown the result of `room show`
 * @param {() => Promise<unknown>} reload reads the room again and shows it
 */
export function settingsForm({ room, options }, reload) {
  const inputs = /** @type {RoomOption[]} */ (options)
    .filter(({ type }) => type !== "fixed" && type !== "hidden")
    .map(inputOf);
  const fault = faultLine();
  const save = h("button", { type: "submit", class: "primary" }, t("save"));
  const onSubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    fill(fault);
    clearNotice();
    const changed = inputs
      .filter(isChanged)
      .map(({ field, values }) => /** @type {const} */ ([field.option, values()]));
    if (changed.length === 0) {
      showNotice(t("nothingChanged"));
      return;
    }
    save.disabled = true;
    try {
      const { message } = await run("room set", { room, options: Object.fromEntries(changed) });
      await reload();
      regainFocus();
      showDone({ message: String(message) });
    } catch (error) {
      const wrong = inputs.find(({ field }) => error instanceof Fault && error.field === field.name);
      showFault(fault, error);
      // The message contains the field's name, which is replaced by the label that the user sees.
      if (wrong) fault.textContent = fault.textContent.replace(wrong.field.name, labelOf(wrong.field));
      wrong?.first.focus();
    } finally {
      save.disabled = false;
    }
  };
  const groups = ["field", "check", "checks"].map((kind) =>
    h(
      "div",
      { class: "settings" },
      inputs.map(({ element }) => element).filter(({ className }) => className === kind),
    ),
  );
  return h("form", { class: "panel", onsubmit: onSubmit }, groups, fault, save);
}

/** @param {Input} input */
function isChanged({ field, values }) {
  return (
    (isSecret(field) && values().length > 0) ||
    (!isSecret(field) && values().join("\n") !== field.values.join("\n"))
  );
}

/** @param {RoomOption} field @returns {Input} */
function inputOf(field) {
  if (field.type === "boolean") return checkbox(field);
  if (field.type === "list-multi") return checkboxes(field);
  return field.choices.length > 0 && !field.open ? select(field) : text(field);
}

/** @param {RoomOption} field @returns {Input} */
function checkbox(field) {
  const { element, input } = check(field, field.values[0] === "yes");
  return { field, element, first: input, values: () => [input.checked ? "yes" : "no"] };
}

/** @param {RoomOption} field @returns {Input} */
function checkboxes(field) {
  const boxes = field.choices.map((choice) => ({
    ...choice,
    ...check(choice, field.values.includes(choice.value)),
  }));
  const elements = boxes.map((box) => box.element);
  const element = h("fieldset", { class: "checks" }, h("legend", {}, labelOf(field)), elements);
  const values = () => boxes.filter(({ input }) => input.checked).map(({ value }) => value);
  return { field, element, first: boxes[0]?.input ?? element, values };
}

/** @param {{ label: string, zh?: string }} named @param {boolean} isChecked */
function check(named, isChecked) {
  const input = h("input", { id: freshId("setting"), type: "checkbox" });
  input.checked = isChecked;
  const label = h("label", { for: input.id }, labelOf(named));
  return { input, element: h("div", { class: "check" }, input, label) };
}

/** @param {RoomOption} field @returns {Input} */
function select(field) {
  const choices = field.choices.map((choice) => ({ value: choice.value, label: labelOf(choice) }));
  const named = { name: "setting", label: labelOf(field), value: field.values[0] ?? "" };
  const { element, input } = labelled({ ...named, choices });
  return { field, element, first: input, values: () => [input.value] };
}

/** @param {RoomOption} field @returns {Input} */
function text(field) {
  const isLong = field.type === "text-multi" || field.type === "jid-multi";
  const type = isLong ? "textarea" : isSecret(field) ? "password" : "text";
  const help = isSecret(field) ? t("secretHelp") : undefined;
  const { element, input } = labelled(
    { name: "setting", label: labelOf(field), value: field.values.join("\n"), type, help },
    { autocomplete: isSecret(field) ? "new-password" : "off", spellcheck: undefined },
  );
  const values = () =>
    input.value === "" && (isSecret(field) || field.values.length === 0) ? [] : input.value.split("\n");
  return { field, element, first: input, values };
}

/** @param {RoomOption} field */
function isSecret({ type }) {
  return type === "text-private";
}

/** @param {{ label: string, zh?: string }} named */
function labelOf({ label, zh }) {
  return (language === "zh" ? zh : undefined) ?? label;
}
