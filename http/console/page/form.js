/** Forms: of the login, of dialogs, and of a room's settings. */
/** @import { Child } from "./dom.js" */
import { Fault } from "./api.js";
import { fill, freshId, h } from "./dom.js";
import { faultLine, showFault } from "./messages.js";

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {string} [value] the initial value; several values are lines
 * @property {string | undefined} [help] an explanation below the field
 * @property {"text" | "password" | "textarea" | "datetime-local" | "file" | "checkbox" | "checkboxes"} [type]
 * a checkbox has the values "yes" and "no"
 * @property {readonly { value: string, label: string }[]} [choices] makes the field a selection, or its checkboxes
 * @property {boolean} [isRequired]
 */

/** Values by the fields' names; of a file, its bytes in Base64. @typedef {Readonly<Record<string, string>>} Filled */

/**
 * @typedef {object} Input
 * @property {HTMLElement} element the field with its label and help
 * @property {HTMLElement} first gets the focus
 * @property {() => string | Promise<string>} read returns the present value
 */

/**
 * Makes a form, and runs its action when the user submits.
 * @param {object} options
 * @param {readonly Field[]} options.fields
 * @param {string} options.verb the submit button's label
 * @param {boolean} [options.isDangerous] whether something is lost permanently
 * @param {readonly Child[]} [options.before] what is before the fields
 * @param {readonly HTMLElement[]} [options.buttons] further buttons
 * @param {(filled: Filled) => Promise<unknown>} options.run the action; if it fails, the form shows why
 */
export function form({ fields, verb, isDangerous = false, before = [], buttons = [], run }) {
  const inputs = fields.map((field) => ({ name: field.name, ...inputOf(field) }));
  const fault = faultLine();
  const submit = h("button", { type: "submit", "data-variant": isDangerous ? "danger" : undefined }, verb);
  const onSubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    submit.disabled = true;
    fill(fault);
    try {
      const values = inputs.map(async ({ name, read }) => /** @type {const} */ ([name, await read()]));
      await run(Object.fromEntries(await Promise.all(values)));
    } catch (error) {
      showFault(fault, error);
      const wrong = inputs.find(({ name }) => error instanceof Fault && error.field === name);
      submit.disabled = false;
      (wrong?.first ?? submit).focus();
    } finally {
      submit.disabled = false;
    }
  };
  // If the action can't be undone, the Enter key in a field doesn't submit the form.
  const onKey = (/** @type {Event} */ event) => {
    const isEnter = event instanceof KeyboardEvent && event.key === "Enter";
    if (isDangerous && isEnter && event.target instanceof HTMLInputElement) event.preventDefault();
  };
  const element = h(
    "form",
    { method: "dialog", onsubmit: onSubmit, onkeydown: onKey },
    before,
    h(
      "div",
      { class: "fields grid" },
      inputs.map(({ element }) => element),
    ),
    fault,
    h("div", { class: buttons.length > 0 ? "hstack justify-end" : "hstack" }, buttons, submit),
  );
  return { element, first: inputs[0]?.first ?? (isDangerous ? buttons[0] : undefined) ?? submit };
}

/** @param {Field} field @returns {Input} */
function inputOf(field) {
  const { name, label, value = "", help, type = "text", choices = [], isRequired = false } = field;
  if (type === "checkbox") {
    const { element, input } = check(label, value === "yes");
    return { element, first: input, read: () => (input.checked ? "yes" : "no") };
  }
  if (type === "checkboxes") {
    const boxes = choices.map((each) => ({
      ...each,
      ...check(each.label, value.split("\n").includes(each.value)),
    }));
    const elements = boxes.map((box) => box.element);
    const element = h("fieldset", { class: "hstack" }, h("legend", {}, label), elements);
    const chosen = () => boxes.filter(({ input }) => input.checked).map((box) => box.value);
    return { element, first: boxes[0]?.input ?? element, read: () => chosen().join("\n") };
  }
  const id = freshId(name);
  const described = help === undefined ? undefined : `${id}-help`;
  const attributes = { id, name, required: isRequired, "aria-describedby": described };
  const autocomplete = type === "password" ? "new-password" : "off";
  const options = choices.map((each) => h("option", { value: each.value }, each.label));
  const input =
    options.length > 0
      ? h("select", attributes, options)
      : type === "textarea"
        ? h("textarea", { ...attributes, rows: 3 })
        : h("input", { ...attributes, type, autocomplete, spellcheck: "false" });
  if (type !== "file") input.value = value;
  const element = h(
    "div",
    { "data-field": true },
    h("label", { for: id }, label),
    input,
    help === undefined ? null : h("small", { id: described, "data-hint": true }, help),
  );
  return { element, first: input, read: () => (type === "file" ? base64Of(input) : input.value) };
}

/** @param {string} text @param {boolean} isChecked */
function check(text, isChecked) {
  const input = h("input", { type: "checkbox" });
  input.checked = isChecked;
  return { input, element: h("label", {}, input, text) };
}

/** @param {HTMLElement} input the field of a file */
async function base64Of(input) {
  const [file] = (input instanceof HTMLInputElement ? input.files : null) ?? [];
  const bytes = file === undefined ? [] : new Uint8Array(await file.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
