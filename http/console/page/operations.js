/** Runs operations, and makes forms and facts from their declarations. */
/** @import { Child } from "./dom.js" */
/** @import { Field, Row } from "./types.js" */
import { described, run } from "./api.js";
import { ask, show, showSecrets } from "./dialog.js";
import { button, facts, h, note, section } from "./dom.js";
import { capital, number, textOf } from "./format.js";
import { LABELS } from "./labels.js";
import { showDone } from "./messages.js";
import { table, timeOf } from "./table.js";
import { language, t, wordOf } from "./texts.js";

/**
 * An operation that a button runs, after it has shown a form.
 * @typedef {object} Action
 * @property {string} operation
 * @property {string} [label] the button's label, and the form's title
 * @property {(row: Row) => Row} [row] returns the arguments that a row determines
 * @property {Row} [fixed] further arguments that the form doesn't show
 * @property {readonly string[]} [only] the arguments that the form has; by default, all that aren't fixed
 * @property {"incoming" | "outgoing"} [of] leaves out the arguments of hooks of the other kind
 * @property {(row: Row) => boolean} [when] whether a row has the action
 * @property {string} [about] explains the form; by default, the operation's summary does
 * @property {() => Child} [text] explains what is lost
 * @property {(given: Row) => unknown} [done] called after the operation, instead of loading the screen again
 */

/** Returns the label of an action's button. @param {Action} action */
export function labelOf({ operation, label }) {
  return label ?? t(/** @type {import("./texts.js").TextKey} */ (operation.split(" ")[1]));
}

/** The verbs of operations that take something away. An alert that is dropped stays, for others to take. */
const DANGEROUS = /(?<!^alert) (?:remove|drop|revoke|leave|purge|destroy|erase|kick|ban|rotate)$/;

/**
 * Makes an action's button.
 * @param {Action} action
 * @param {() => unknown} changed called after the operation
 * @param {Row} [row]
 * @param {Readonly<Record<string, import("./dom.js").Attribute>>} [attributes]
 */
export function actionButton(action, changed, row, attributes = {}) {
  const danger = DANGEROUS.test(action.operation) ? { "data-variant": "danger" } : {};
  return button(labelOf(action), () => openForm(action, changed, row), { ...danger, ...attributes });
}

/**
 * Shows a form for an operation's arguments, runs the operation, and shows its result.
 * @param {Action} action
 * @param {() => unknown} changed
 * @param {Row} [row]
 */
async function openForm(action, changed, row = {}) {
  const { operation, only, of, text, done = changed } = action;
  const { summary, effect, result: shown, ...declared } = described(operation);
  const fixed = { ...action.fixed, ...action.row?.(row) };
  const fields = declared.arguments
    .filter(
      (field) =>
        !(field.name in fixed) &&
        field.kind !== "record" &&
        !["limit", "after"].includes(field.name) &&
        only?.includes(field.name) !== false &&
        (of === undefined || field.of === undefined || field.of === of),
    )
    .map(inForm);
  const names = Object.values(fixed).flat();
  // Dead letters and alerts have no name but their number; a reason or a title says which it is.
  const reason = "ids" in fixed ? textOf(row.reason) : "alert" in fixed ? textOf(row.title) : "";
  /** @type {Row} */
  let result = {};
  const isDone = await ask(labelOf(action), {
    before: [
      note(action.about ?? sentence(summary)),
      h(
        "p",
        {},
        h("b", {}, names.map(textOf).filter(Boolean).join(t("listComma"))),
        reason && ` – ${reason}`,
      ),
      text?.(),
    ],
    fields,
    presets: operation.endsWith(" set") ? row : {},
    isDangerous: effect === "destroy" || DANGEROUS.test(operation),
    run: async (filled) => {
      const given = { ...fixed, ...filled };
      result = await run(operation, given);
      if (!shown.some(({ name, secret }) => secret && result[name] !== undefined))
        showDone(result.message, action.done !== undefined);
      await done(given);
    },
  });
  if (!isDone) return;
  await showSecrets(shown, result);
  await showLists(labelOf(action), shown, result);
}

/** Returns a field with its label in forms, and its description as help. @param {Field} field @returns {Field} */
function inForm(field) {
  const own = LABELS[field.name];
  return own === undefined ? field : { ...field, label: { en: own[0], zh: own[1] }, help: field.label };
}

/** Shows the lists in a change's result, such as what an erasure leaves. @param {string} title @param {readonly Field[]} fields @param {Row} result */
async function showLists(title, fields, result) {
  const lists = fields.flatMap(({ name, label, items, none }) => {
    if (items === undefined) return [];
    const columns = items.map((item, index) => ({
      title: capital(item.label[language]),
      isHeader: index === 0,
      cell: (/** @type {Row} */ row) => cellOf(item, row[item.name]),
    }));
    const heading = capital(label[language]);
    const rows = /** @type {Row[]} */ (result[name]);
    return [section(heading, table(heading, rows, none?.[language] ?? "", columns))];
  });
  if (lists.length > 0) await show(title, lists);
}

/** Returns an operation's summary as a sentence, without the verb "list". @param {Field["label"]} summary */
export function sentence(summary) {
  const text = summary[language].replace(/^(?:list (?:or find )?|列出(?:或查找)?)/, "");
  return `${capital(text)}${language === "zh" ? "。" : "."}`;
}

/** Makes a list of what a result has beside lists, secrets and sentences. @param {readonly Field[]} fields @param {Row} result */
export function factsOf(fields, result) {
  const shown = fields.filter(
    ({ name, kind, long }) =>
      !["message", "next", "more"].includes(name) && kind !== "list" && !long && !isEmpty(result[name]),
  );
  return facts(shown.map((field) => [capital(field.label[language]), cellOf(field, result[field.name])]));
}

/** @param {unknown} value */
export function isEmpty(value) {
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** Shows a value of a result. @param {Field} field @param {unknown} value @returns {Child} */
export function cellOf({ name, kind, time, long }, value) {
  if (value === undefined || value === "") return "–";
  if (time) return timeOf(Number(value));
  if (kind === "boolean") return t(value === true ? "yes" : "no");
  if (kind === "number") return number(Number(value), 2);
  if (Array.isArray(value)) return value.map((each) => wordOf(name, textOf(each))).join(t("listComma"));
  const text = textOf(value);
  if (!long || text.length <= 60) return wordOf(name, text);
  const whole = h("pre", { tabindex: "0" }, text);
  const start = h("code", {}, text.slice(0, 60), "…");
  return h("details", {}, h("summary", {}, start, h("span", { class: "opens" }, t("showWhole"))), whole);
}
