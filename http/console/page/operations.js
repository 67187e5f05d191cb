/** Runs operations, and makes tables and forms from their declarations. */
/** @import { Field, Row, Translated } from "./types.js" */
/** @import { Column } from "./table.js" */
import { operations, post } from "./api.js";
import { ask } from "./dialog.js";
import { button, h, note } from "./dom.js";
import { capital, number, textOf } from "./format.js";
import { pagedList } from "./list.js";
import { showDone } from "./notice.js";
import { showSecrets } from "./secrets.js";
import { timeOf } from "./table.js";
import { language, t } from "./texts.js";

/** Returns a text in the user's language. @param {Translated} text */
export function inWords(text) {
  return text[language];
}

/**
 * Runs an operation.
 * @param {string} name such as "hook add"
 * @param {object} [given]
 * @returns {Promise<Row>} its result
 */
export function run(name, given = {}) {
  return post(name.replace(" ", "/"), given);
}

/** Finds an operation's declaration. @param {string} name */
async function described(name) {
  const found = (await operations()).find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no operation ${name}`);
  return found;
}

/** An action on a row, or beside a list.
 * @typedef {object} Action
 * @property {string} operation
 * @property {string} label the button's label
 * @property {(row: Row) => object} [fixed] the arguments that the row determines
 * @property {(row: Row) => Row} [preset] the values that the form shows; only changed ones are sent
 * @property {readonly string[]} [only] the arguments that the form has; by default, all that aren't fixed
 * @property {(row: Row) => boolean} [when] whether the row has the action
 * @property {(given: Row) => unknown} [done] called after the operation, instead of loading the list again
 */

/**
 * @typedef {object} OperationList
 * @property {string} operation the operation that lists
 * @property {string} key the list in its result
 * @property {string} title
 * @property {object} [given] arguments of the operation
 * @property {string} [header] the field that names a row; by default, the first one
 * @property {(row: Row) => string} [link] the target of the header's link
 * @property {readonly string[]} [hidden] fields that aren't shown
 * @property {Readonly<Record<string, (value: unknown) => string>>} [words] converts values
 * @property {readonly Action[]} [actions] the actions on each row
 * @property {readonly Action[]} [buttons] the actions beside the list
 * @property {() => unknown} [changed] called after an action, instead of loading this list again
 * @property {(rows: readonly Row[], result: object) => void} [whenShown]
 */

/** Makes the table of an operation's list, with buttons for actions. @param {OperationList} list */
export async function operationList(list) {
  const { result } = await described(list.operation);
  const field = result.find(({ name }) => name === list.key);
  if (field?.items === undefined) throw new Error(`${list.operation} has no list ${list.key}`);
  const items = field.items.filter(({ name, inner }) => !inner && list.hidden?.includes(name) !== true);
  /** @type {() => unknown} */
  const changed = list.changed ?? (() => table.load());
  const columns = items.map((item, index) => columnOf(list, item, index));
  /** @type {ReturnType<typeof pagedList<Row>>} */
  const table = pagedList({
    load: (more) => run(list.operation, { ...list.given, ...more }),
    key: list.key,
    caption: list.title,
    empty: field.none === undefined ? t("none") : inWords(field.none),
    columns: (rows) => [
      ...columns.filter(
        ({ field: { name }, isHeader }) => isHeader || rows.some((row) => !isEmpty(row[name])),
      ),
      ...actionColumn(list, changed),
    ],
    ...(list.whenShown && { whenShown: list.whenShown }),
  });
  const buttons = (list.buttons ?? []).map((action) =>
    button(action.label, () => act(action, {}, changed), { class: "primary" }),
  );
  const bar = buttons.length === 0 ? [] : [h("div", { class: "buttons start" }, buttons)];
  return {
    load: (/** @type {object} */ other) => table.load(other),
    elements: [...bar, table.element],
    bar,
    table: table.element,
  };
}

/** @param {unknown} value */
function isEmpty(value) {
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** @param {OperationList} list @param {Field} field @param {number} index */
function columnOf(list, field, index) {
  const { name, label, kind } = field;
  const isHeader = list.header === undefined ? index === 0 : list.header === name;
  /** @param {Row} row */
  const cell = (row) => {
    const shown = cellOf(field, row[name], list.words?.[name]);
    return isHeader && list.link !== undefined ? h("a", { href: list.link(row) }, shown) : shown;
  };
  const isNumber = kind === "number" && !field.time && !isHeader;
  return { field, title: capital(inWords(label)), isHeader, isNumber, cell };
}

/** @param {Field} field @param {unknown} value @param {((value: unknown) => string) | undefined} toWord */
function cellOf({ kind, time, long }, value, toWord) {
  if (value === undefined || value === "") return "–";
  if (toWord !== undefined) return toWord(value);
  if (time) return timeOf(Number(value));
  if (kind === "boolean") return t(value === true ? "yes" : "no");
  if (kind === "number") return number(Number(value), 2);
  if (Array.isArray(value)) return value.join(t("listComma"));
  const text = textOf(value);
  if (!long || text.length <= 60) return text;
  const whole = h("pre", { tabindex: "0" }, text);
  return h("details", {}, h("summary", {}, h("code", {}, `${text.slice(0, 60)}…`)), whole);
}

/** @param {OperationList} list @param {() => unknown} changed @returns {Column<Row>[]} */
function actionColumn({ actions = [], header, operation, key }, changed) {
  if (actions.length === 0) return [];
  /** @param {Row} row */
  const cell = (row) => {
    const [named] = header === undefined ? Object.values(row) : [row[header]];
    return actions
      .filter(({ when }) => when?.(row) !== false)
      .map((action) =>
        button(action.label, () => act(action, row, changed), {
          "aria-label": t("actionOn", { action: action.label, name: String(named) }),
          "data-list": `${operation} ${key}`,
          ...(DANGEROUS.test(action.operation) && { class: "danger" }),
        }),
      );
  };
  return [{ title: t("actions"), cell }];
}

/** The verbs of operations that take something away. */
const DANGEROUS = / (?:remove|drop|revoke|leave|purge|destroy|kick|rotate)$/;

/** @param {Action} action @param {Row} row @param {() => unknown} changed */
async function act(action, row, changed) {
  const { operation, label, fixed, preset, only, done } = action;
  await openForm(operation, {
    label,
    fixed: fixed?.(row) ?? {},
    preset: preset?.(row) ?? {},
    ...(only && { only }),
    done: async (given) => {
      await (done ?? changed)(given);
    },
  });
}

/**
 * Shows a form for an operation's arguments, runs the operation, and shows its result.
 * @param {string} name
 * @param {object} options
 * @param {string} options.label the title and the submit button
 * @param {object} [options.fixed] arguments that the form doesn't show
 * @param {Row} [options.preset] values that the form shows; only changed ones are sent
 * @param {readonly string[]} [options.only]
 * @param {import("./dom.js").Child} [options.text] explains what is lost
 * @param {boolean} [options.isNext] whether the result is shown on the next screen
 * @param {(given: Row) => unknown} [options.done]
 */
export async function openForm(name, { label, fixed = {}, preset = {}, only, text, isNext, done }) {
  const { summary, effect, ...operation } = await described(name);
  const fields = operation.arguments.filter(
    (field) =>
      !(field.name in fixed) &&
      field.kind !== "record" &&
      !["limit", "after"].includes(field.name) &&
      only?.includes(field.name) !== false,
  );
  const names = Object.values(fixed)
    .flat()
    .filter((value) => typeof value === "string");
  /** @type {Row} */
  let result = {};
  const isDone = await ask({
    title: label,
    text: [
      note(capital(inWords(summary)), language === "zh" ? "。" : "."),
      ...(names.length > 0 ? [h("p", {}, h("b", {}, names.join(t("listComma"))))] : []),
      text,
    ],
    fields: fields.map((field) => inputOf(field, preset[field.name])),
    verb: label,
    isDangerous: effect === "destroy" || DANGEROUS.test(name),
    run: async (filled) => {
      const given = Object.fromEntries(
        fields.flatMap((field) => argumentOf(field, filled[field.name] ?? "", preset)),
      );
      result = await run(name, { ...fixed, ...given });
      if (!operation.result.some(({ name: each, secret }) => secret && result[each] !== undefined))
        showDone(
          /** @type {{ message: string }} */ (/** @type {unknown} */ (result)),
          isNext ? "next" : undefined,
        );
      await done?.({ ...fixed, ...given });
    },
  });
  if (isDone) await showSecrets(operation.result, result);
}

/** @param {Field} field @param {unknown} value @returns {import("./dialog.js").Field} */
function inputOf({ name, label, kind, choices, isRequired, secret, file, long, ...field }, value) {
  const preset = Array.isArray(value)
    ? value.join("\n")
    : typeof value === "boolean"
      ? String(value)
      : textOf(value);
  const named = { name, label: capital(inWords(label)), isRequired, value: preset };
  if (kind === "boolean") {
    const options = field.default === undefined ? ["", "true", "false"] : ["false", "true"];
    const words = /** @type {Record<string, string>} */ ({ "": "–", true: t("yes"), false: t("no") });
    const shown = preset === "" ? (options[0] ?? "") : preset;
    return {
      ...named,
      value: shown,
      choices: options.map((each) => ({ value: each, label: words[each] ?? each })),
    };
  }
  if (choices !== undefined && kind === "text") {
    const all = isRequired ? choices : ["", ...choices];
    return { ...named, choices: all.map((each) => ({ value: each, label: each === "" ? "–" : each })) };
  }
  if (kind === "list")
    return {
      ...named,
      type: "textarea",
      help: choices === undefined ? t("listHelp") : choices.join(t("listComma")),
    };
  if (file === "base64") return { ...named, type: "file" };
  if (secret) return { ...named, type: "password" };
  if (name === "before") return { ...named, type: "datetime-local" };
  return { ...named, type: long ? "textarea" : "text" };
}

/**
 * Converts a filled field to the operation's argument.
 * @param {Field} field @param {string} text @param {Row} preset
 * @returns {[string, unknown][]} empty if nothing was filled in or changed
 */
function argumentOf({ name, kind, ...field }, text, preset) {
  const before = preset[name];
  const same = Array.isArray(before)
    ? before.join("\n")
    : typeof before === "boolean"
      ? String(before)
      : textOf(before);
  if (text === same || (text === "" && before === undefined)) return [];
  if (kind === "boolean") return (text === "true") === field.default ? [] : [[name, text === "true"]];
  if (kind === "list") {
    const items = text.split(/[\s,;]+/).filter((item) => item !== "");
    return [[name, items]];
  }
  if (name === "before") return [[name, new Date(text).toISOString()]];
  return [
    [name, kind === "number" && text.trim() !== "" && !Number.isNaN(Number(text)) ? Number(text) : text],
  ];
}
