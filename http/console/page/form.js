/** Forms for fields as operations declare them: of the login, of dialogs, and of a room's settings. */
/** @import { Child } from "./dom.js" */
/** @import { Field, Row } from "./types.js" */
import { Fault } from "./api.js";
import { fill, freshId, h } from "./dom.js";
import { capital, textOf } from "./format.js";
import { faultLine, showFault } from "./messages.js";
import { language, t } from "./texts.js";

/**
 * @typedef {object} Input
 * @property {HTMLElement} element the field with its label and help
 * @property {HTMLElement} first gets the focus
 * @property {() => string | Promise<string>} read returns the present value: lines, "yes" or "no", or a file in Base64
 */

/**
 * Makes a form, and runs its action when the user submits.
 * @param {object} options
 * @param {readonly Field[]} options.fields
 * @param {Row} [options.presets] the fields' initial values
 * @param {string} options.verb the submit button's label
 * @param {boolean} [options.isDangerous] whether something is lost permanently
 * @param {readonly Child[]} [options.before] what is before the fields
 * @param {readonly HTMLElement[]} [options.buttons] further buttons
 * @param {(given: Row) => Promise<unknown>} options.run the action, which gets the values that were filled in or changed;
 * if it fails, the form shows why
 */
export function form({ fields, presets = {}, verb, isDangerous = false, before = [], buttons = [], run }) {
  const inputs = fields.map((field) => ({ name: field.name, field, ...inputOf(field, presets[field.name]) }));
  const fault = faultLine();
  const submit = h("button", { type: "submit", "data-variant": isDangerous ? "danger" : undefined }, verb);
  const onSubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    submit.disabled = true;
    fill(fault);
    try {
      const given = inputs.map(async ({ field, read }) => valueOf(field, await read(), presets[field.name]));
      await run(Object.fromEntries((await Promise.all(given)).flat()));
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

/** @param {Field} field @param {unknown} preset @returns {Input} */
function inputOf({ name, kind, isRequired, ...field }, preset) {
  const label = capital(field.label[language]);
  const value = textIn(preset);
  const choices =
    field.choices?.map((each) => (typeof each === "string" ? { value: each, label: each } : each)) ?? [];
  if (kind === "boolean" && field.default !== undefined) {
    const { element, input } = check(label, value === "yes");
    return { element, first: input, read: () => (input.checked ? "yes" : "no") };
  }
  if (kind === "list" && choices.length > 0) {
    const chosen = value.split("\n");
    const boxes = choices.map((each) => ({
      ...check(each.label, chosen.includes(each.value)),
      value: each.value,
    }));
    const elements = boxes.map((box) => box.element);
    const element = h("fieldset", { class: "hstack" }, h("legend", {}, label), elements);
    const read = () => boxes.flatMap((box) => (box.input.checked ? [box.value] : [])).join("\n");
    return { element, first: boxes[0]?.input ?? element, read };
  }
  if (kind === "boolean") choices.push({ value: "yes", label: t("yes") }, { value: "no", label: t("no") });
  const id = freshId(name);
  const isKept = field.secret === true && preset !== undefined;
  const help = kind === "list" ? t("listHelp") : isKept ? t("secretHelp") : undefined;
  const attributes = { id, name, required: isRequired, "aria-describedby": help && `${id}-help` };
  const isFile = field.file === "base64";
  const type = isFile ? "file" : field.secret ? "password" : name === "before" ? "datetime-local" : "text";
  const autocomplete = type === "password" ? "new-password" : "off";
  const options = [...(isRequired ? [] : [{ value: "", label: "–" }]), ...choices];
  const input =
    choices.length > 0
      ? h(
          "select",
          attributes,
          options.map((each) => h("option", { value: each.value }, each.label)),
        )
      : kind === "list" || field.long
        ? h("textarea", { ...attributes, rows: 3 })
        : h("input", { ...attributes, type, autocomplete, spellcheck: "false" });
  if (!isFile) input.value = value;
  const element = h(
    "div",
    { "data-field": true },
    h("label", { for: id }, label),
    input,
    help && h("small", { id: `${id}-help`, "data-hint": true }, help),
  );
  return { element, first: input, read: () => (isFile ? base64Of(input) : input.value) };
}

/** Returns a value as an input has it. @param {unknown} value */
function textIn(value) {
  if (Array.isArray(value)) return value.join("\n");
  return typeof value === "boolean" ? (value ? "yes" : "no") : textOf(value);
}

/**
 * Converts what an input has to a value.
 * @param {Field} field @param {string} filled @param {unknown} preset
 * @returns {[string, unknown][]} empty if nothing was filled in or changed
 */
function valueOf({ name, kind, ...field }, filled, preset) {
  const text = filled.trim();
  if (text === textIn(preset ?? field.default)) return [];
  if (kind === "boolean") return [[name, text === "yes"]];
  if (kind === "list") return [[name, text.split(/[\s,;]+/).filter((item) => item !== "")]];
  if (name === "before") return [[name, new Date(text).toISOString()]];
  const isNumber = kind === "number" && text !== "" && !Number.isNaN(Number(text));
  return [[name, isNumber ? Number(text) : text]];
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
