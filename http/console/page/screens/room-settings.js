/** The form for a room's configuration (XEP-0045 §10.2). It sends only fields that the user changed. */
/** @import { FormField, Room } from "../types.js" */
import { Fault, post } from "../api.js";
import { fill, freshId, h, regainFocus } from "../dom.js";
import { faultLine, showFault } from "../fault.js";
import { clearNotice, showDone, showNotice } from "../notice.js";
import { language, t } from "../texts.js";

/**
 * @typedef {object} Input
 * @property {FormField} field
 * @property {HTMLElement} element the element with label and inputs
 * @property {HTMLElement} first gets the focus if the field is invalid
 * @property {() => string[]} values returns the present values
 */

/**
 * @param {Room} room
 * @param {() => Promise<unknown>} reload reads the room again and shows it
 */
export function settingsForm({ address, fields }, reload) {
  const inputs = fields.filter(({ type }) => type !== "fixed" && type !== "hidden").map(inputOf);
  const fault = faultLine();
  const save = h("button", { type: "submit", class: "primary" }, t("save"));
  const onSubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    fill(fault);
    clearNotice();
    const changed = inputs
      .filter(isChanged)
      .map(({ field, values }) => /** @type {const} */ ([field.name, values()]));
    if (changed.length === 0) {
      showNotice(t("nothingChanged"));
      return;
    }
    save.disabled = true;
    try {
      const answer = await post("rooms-do/set", { room: address, fields: Object.fromEntries(changed) });
      await reload();
      regainFocus();
      showDone(answer);
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
    (field.isSecret && values().length > 0) ||
    (!field.isSecret && values().join("\n") !== field.values.join("\n"))
  );
}

/** @param {FormField} field @returns {Input} */
function inputOf(field) {
  switch (field.type) {
    case "boolean":
      return checkbox(field);
    case "list-multi":
      return checkboxes(field);
    default:
      return field.choices.length > 0 && !field.isOpen ? select(field) : text(field);
  }
}

/** @param {FormField} field @returns {Input} */
function checkbox(field) {
  const id = freshId("setting");
  const input = h("input", { id, type: "checkbox" });
  input.checked = field.values[0] === "1" || field.values[0] === "true";
  const values = () => [input.checked ? "1" : "0"];
  return { field, element: check(input, field), first: input, values };
}

/** @param {HTMLInputElement} input @param {{ label: string, zh?: string }} named */
function check(input, named) {
  return h("div", { class: "check" }, input, h("label", { for: input.id }, labelOf(named)));
}

/** @param {FormField} field @returns {Input} */
function checkboxes(field) {
  const boxes = field.choices.map((choice) => {
    const { value } = choice;
    const id = freshId("setting");
    const input = h("input", { id, type: "checkbox", value });
    input.checked = field.values.includes(value);
    return { input, element: check(input, choice) };
  });
  const element = h(
    "fieldset",
    { class: "checks" },
    h("legend", {}, labelOf(field)),
    boxes.map((box) => box.element),
  );
  const values = () => boxes.filter(({ input }) => input.checked).map(({ input }) => input.value);
  return { field, element, first: boxes[0]?.input ?? element, values };
}

/** @param {FormField} field @returns {Input} */
function select(field) {
  const id = freshId("setting");
  const options = field.choices.map((choice) => h("option", { value: choice.value }, labelOf(choice)));
  const input = h("select", { id }, options);
  input.value = field.values[0] ?? "";
  return { field, element: labelledInput(field, input), first: input, values: () => [input.value] };
}

/** @param {FormField} field @returns {Input} */
function text(field) {
  const id = freshId("setting");
  const isLong = field.type === "text-multi" || field.type === "jid-multi";
  const input = isLong
    ? h("textarea", { id, rows: 3 })
    : h("input", {
        id,
        type: field.isSecret ? "password" : "text",
        autocomplete: field.isSecret ? "new-password" : "off",
      });
  input.value = field.values.join("\n");
  const values = () =>
    input.value === "" && (field.isSecret || field.values.length === 0) ? [] : input.value.split("\n");
  return { field, element: labelledInput(field, input), first: input, values };
}

/** @param {FormField} field @param {HTMLElement} input */
function labelledInput(field, input) {
  const help = field.isSecret ? h("small", { id: `${input.id}-help` }, t("secretHelp")) : null;
  if (help !== null) input.setAttribute("aria-describedby", help.id);
  return h("div", { class: "field" }, h("label", { for: input.id }, labelOf(field)), input, help);
}

/** @param {{ label: string, zh?: string }} named */
function labelOf({ label, zh }) {
  return (language === "zh" ? zh : undefined) ?? label;
}
