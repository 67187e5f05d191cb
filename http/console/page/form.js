/** Forms for fields as operations declare them: of the login, of dialogs, and of a room's settings. */
/** @import { Child } from "./dom.js" */
/** @import { Field, Row } from "./types.js" */
import { Fault } from "./api.js";
import { fill, freshId, h } from "./dom.js";
import { capital, textOf } from "./format.js";
import { faultLine, showFault } from "./messages.js";
import { language, t, wordOf } from "./texts.js";

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
  const fault = faultLine();
  const submit = h(
    "button",
    {
      type: "submit",
      "data-variant": isDangerous && "danger",
      // In a dialog without fields, the first button would get the focus otherwise.
      autofocus: fields.length === 0 && !isDangerous,
    },
    verb,
  );
  const onSubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const data = new FormData(element);
    submit.disabled = true;
    fill(fault);
    try {
      const given = fields.map((field) => valueOf(field, data.getAll(field.name), presets[field.name]));
      await run(Object.fromEntries((await Promise.all(given)).flat()));
    } catch (error) {
      showFault(fault, error);
      submit.disabled = false;
      const name = error instanceof Fault ? (error.field ?? "") : "";
      const wrong = element.querySelector(`[name="${CSS.escape(name)}"]`);
      (wrong instanceof HTMLElement ? wrong : submit).focus();
    } finally {
      submit.disabled = false;
    }
  };
  // If the action can't be undone, the Enter key in a field doesn't submit the form.
  const onKey = (/** @type {Event} */ event) => {
    const isEnter = event instanceof KeyboardEvent && event.key === "Enter";
    if (isDangerous && isEnter && event.target instanceof HTMLInputElement) event.preventDefault();
  };
  const inputs = fields.map((field) => inputOf(field, presets[field.name]));
  const element = h(
    "form",
    { method: "dialog", onsubmit: onSubmit, onkeydown: onKey },
    before,
    h("div", { class: "fields grid" }, inputs),
    fault,
    h("div", { class: buttons.length > 0 ? "hstack justify-end" : "hstack" }, buttons, submit),
  );
  return element;
}

/** Makes a field with its label and help. @param {Field} field @param {unknown} preset */
function inputOf({ name, kind, isRequired, ...field }, preset) {
  const label = capital(field.label[language]);
  const value = textIn(preset);
  const choices =
    field.choices?.map((each) =>
      typeof each === "string" ? { value: each, label: wordOf(name, each) } : each,
    ) ?? [];
  const words = field.help && capital(field.help[language]);
  const explained = words === label ? undefined : words;
  const hint = (/** @type {string | undefined} */ said, of = "") =>
    said !== undefined && h("small", { id: of, "data-hint": true }, said);
  const id = freshId(name);
  const help = `${id}-help`;
  if (kind === "boolean" && field.default !== undefined) {
    const box = check({ name, value: "yes", checked: value === "yes", help: explained && help }, label);
    return h("div", { "data-field": true }, box, hint(explained, help));
  }
  if (kind === "list" && choices.length > 0) {
    const chosen = value.split("\n");
    const boxes = choices.map((each) =>
      check({ name, value: each.value, checked: chosen.includes(each.value) }, each.label),
    );
    const described = explained && help;
    return h(
      "fieldset",
      { class: "hstack", "aria-describedby": described },
      h("legend", {}, label),
      boxes,
      hint(explained, help),
    );
  }
  if (kind === "boolean") choices.push({ value: "yes", label: t("yes") }, { value: "no", label: t("no") });
  const isKept = field.secret === true && preset !== undefined;
  const how =
    kind === "list" ? t(field.spaced ? "linesHelp" : "listHelp") : isKept ? t("secretHelp") : undefined;
  const helps = [explained, how].filter((each) => each !== undefined);
  const text = helps.length === 0 ? undefined : helps.join(language === "zh" ? "；" : "; ");
  const attributes = { id, name, required: isRequired, "aria-describedby": text && help };
  const type = inputTypeOf({ name, ...field });
  const autocomplete = type === "password" ? "new-password" : "off";
  const options = [...(isRequired ? [] : [{ value: "", label: "–" }]), ...choices].map((each) =>
    h("option", { value: each.value, selected: each.value === value }, each.label),
  );
  const input =
    choices.length > 0
      ? h("select", attributes, options)
      : kind === "list" || field.long
        ? h("textarea", { ...attributes, rows: 3 }, value)
        : h("input", { ...attributes, type, value, autocomplete, spellcheck: "false" });
  return h("div", { "data-field": true }, h("label", { for: id }, label), input, hint(text, help));
}

/** Returns the type of the input of one line. @param {Pick<Field, "name" | "file" | "secret">} field */
function inputTypeOf({ name, file, secret }) {
  if (file === "base64") return "file";
  if (secret) return "password";
  return name === "before" ? "datetime-local" : "text";
}

/** Returns a value as an input has it: lines, or "yes" or "no". @param {unknown} value */
function textIn(value) {
  if (Array.isArray(value)) return value.join("\n");
  return typeof value === "boolean" ? (value ? "yes" : "no") : textOf(value);
}

/**
 * Converts what a form has for a field to a value; a file's bytes are in Base64.
 * @param {Field} field @param {readonly FormDataEntryValue[]} filled @param {unknown} preset
 * @returns {Promise<[string, unknown][]>} empty if nothing was filled in or changed
 */
async function valueOf({ name, kind, ...field }, filled, preset) {
  const texts = await Promise.all(
    filled.map(async (each) => (each instanceof File ? await base64Of(each) : each)),
  );
  // A box that isn't checked has no value.
  const text = kind === "boolean" && texts.length === 0 ? "no" : texts.join("\n").trim();
  if (text === textIn(preset ?? field.default)) return [];
  if (kind === "boolean") return [[name, text === "yes"]];
  if (kind === "list") {
    const items = text.split(field.spaced ? "\n" : /[\s,;]/).map((item) => item.trim());
    return [[name, items.filter((item) => item !== "")]];
  }
  if (name === "before") return [[name, new Date(text).toISOString()]];
  const isNumber = kind === "number" && text !== "" && !Number.isNaN(Number(text));
  return [[name, isNumber ? Number(text) : text]];
}

/**
 * Makes a checkbox.
 * @param {{ name: string, value: string, checked: boolean, help?: string | undefined }} box help: the id of its explanation
 * @param {string} label
 */
function check({ help, ...box }, label) {
  return h("label", {}, h("input", { type: "checkbox", ...box, "aria-describedby": help }), label);
}

/** @param {File} file */
async function base64Of(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
