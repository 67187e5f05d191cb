/** Modal dialogs with questions and forms. <dialog> elements keep the keyboard's focus inside. */
import { Fault } from "./api.js";
import { button, fill, freshId, h, regainFocus } from "./dom.js";
import { faultLine, showFault } from "./fault.js";
import { t } from "./texts.js";

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {string} [value] the initial value
 * @property {string | undefined} [help] an explanation below the field
 * @property {"text" | "password" | "textarea" | "datetime-local" | "number" | "file"} [type]
 * @property {readonly { value: string, label: string }[]} [choices] makes the field a selection
 * @property {boolean} [isRequired]
 */

/** Values by the fields' names. @typedef {Readonly<Record<string, string>>} Filled */

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {import("./dom.js").Child | readonly import("./dom.js").Child[]} [text] explains what the action
 * does
 * @property {readonly Field[]} [fields]
 * @property {string} verb the submit button's label
 * @property {boolean} [isDangerous] whether something is lost permanently
 * @property {(filled: Filled) => Promise<unknown>} run the action; if it fails, the dialog stays open and shows why
 */

/**
 * Shows a dialog, and runs its action when the user submits.
 * @param {Question} question
 * @returns {Promise<boolean>} whether the action was done; false if the user closed the dialog
 */
export function ask({ title, text, fields = [], verb, isDangerous = false, run }) {
  const heading = freshId("dialog");
  const fault = faultLine();
  const cancel = button(t("cancel"), () => dialog.close());
  const submit = h("button", { type: "submit", class: isDangerous ? "danger" : "primary" }, verb);
  const inputs = fields.map((field) => ({ field, ...labelled(field) }));
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { id: heading }, title),
    text === undefined ? null : h("div", {}, text),
    inputs.map(({ element }) => element),
    fault,
    h("div", { class: "buttons" }, cancel, submit),
  );
  const dialog = h("dialog", { "aria-labelledby": heading }, form);
  // If the action can't be undone, the Enter key in a field doesn't submit the form.
  if (isDangerous) form.addEventListener("keydown", ignoreEnter);
  return new Promise((resolve) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit.disabled = true;
      fill(fault);
      readAll(inputs)
        .then(run)
        .then(
          () => dialog.close("done"),
          (/** @type {unknown} */ error) => {
            submit.disabled = false;
            showFault(fault, error);
            const wrong = inputs.find(({ field }) => error instanceof Fault && error.field === field.name);
            (wrong?.input ?? submit).focus();
          },
        );
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      regainFocus();
      resolve(dialog.returnValue === "done");
    });
    document.body.append(dialog);
    dialog.showModal();
    (inputs[0]?.input ?? (isDangerous ? cancel : submit)).focus();
  });
}

/**
 * Reads the fields' values; of a chosen file, its bytes in Base64.
 * @param {readonly { field: Field, input: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement }[]} inputs
 * @returns {Promise<Filled>}
 */
async function readAll(inputs) {
  const values = inputs.map(async ({ field, input }) => {
    const [file] = (input instanceof HTMLInputElement ? input.files : null) ?? [];
    if (field.type !== "file") return /** @type {const} */ ([field.name, input.value.trim()]);
    const bytes = file === undefined ? [] : new Uint8Array(await file.arrayBuffer());
    return /** @type {const} */ ([
      field.name,
      btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")),
    ]);
  });
  return Object.fromEntries(await Promise.all(values));
}

/** @param {KeyboardEvent} event */
function ignoreEnter(event) {
  if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
}

/**
 * Makes a field with its label and help.
 * @param {Field} field
 * @param {Readonly<Record<string, import("./dom.js").Attribute>>} [own] further attributes, for text fields
 */
export function labelled(field, own = {}) {
  const { name, label, value = "", help, type = "text", choices, isRequired = false } = field;
  const id = freshId(name);
  const described = help === undefined ? undefined : `${id}-help`;
  const attributes = { id, name, required: isRequired, "aria-describedby": described };
  const input =
    choices !== undefined
      ? h(
          "select",
          attributes,
          choices.map((each) => h("option", { value: each.value }, each.label)),
        )
      : type === "textarea"
        ? h("textarea", { ...attributes, rows: 3 })
        : h("input", { ...attributes, type, autocomplete: "off", spellcheck: "false", ...own });
  if (type !== "file") input.value = value;
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    input,
    help === undefined ? null : h("small", { id: described }, help),
  );
  return { element, input };
}
