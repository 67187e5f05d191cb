/** Tables of operations' lists, which load their rows page by page, with buttons for actions and a search field. */
/** @import { Child } from "./dom.js" */
/** @import { Row } from "./types.js" */
/** @import { Action } from "./operations.js" */
import { described, run } from "./api.js";
import { button, fill, freshId, h, note, regainFocus, section } from "./dom.js";
import { capital } from "./format.js";
import { faultLine, showFault } from "./messages.js";
import { actionButton, cellOf, factsOf, isEmpty, labelOf, sentence } from "./operations.js";
import { table } from "./table.js";
import { language, t } from "./texts.js";

/**
 * @typedef {object} List
 * @property {string} operation the operation that lists
 * @property {string} key the list in its result
 * @property {import("./texts.js").TextKey} [text] explains the list; by default, the operation's summary does
 * @property {object} [given] arguments of the operation
 * @property {string} [header] the field that names a row; by default, the first one
 * @property {string} [link] the screen to which the header links
 * @property {readonly string[]} [hidden] fields that aren't shown
 * @property {readonly Action[]} [actions] the actions on each row
 * @property {readonly Action[]} [buttons] the actions beside the list
 * @property {boolean} [forAll] whether the actions have the argument `all`
 */

/**
 * Makes lists, and loads them. Only the list of a screen of its own has no heading.
 * @param {readonly List[]} lists
 * @param {() => unknown} [changed] called after an action; by default, the lists are loaded again
 * @returns {Promise<{ load: () => Promise<unknown>, elements: readonly Child[] }>}
 */
export async function listsOf(lists, changed) {
  /** @returns {Promise<unknown>} */
  const load = () => Promise.all(made.map((each) => each.load()));
  /** @type {readonly { title: string, load: () => Promise<void>, content: readonly Child[] }[]} */
  const made = lists.map((list) => makeList(list, changed ?? load));
  await load();
  const isAlone = made.length === 1 && changed === undefined;
  return {
    load,
    elements: made.flatMap(({ title, content }) => (isAlone ? content : [section(title, ...content)])),
  };
}

/** @param {List} list @param {() => unknown} changed */
function makeList(list, changed) {
  const { operation, key, text, actions = [], buttons = [] } = list;
  const { arguments: wanted, result, summary } = described(operation);
  const field = result.find(({ name }) => name === key);
  if (field?.items === undefined) throw new Error(`${operation} has no list ${key}`);
  const items = field.items.filter(({ name, inner }) => !inner && list.hidden?.includes(name) !== true);
  const header = list.header ?? items[0]?.name ?? "";
  const title = capital(field.label[language]);
  const [above, shown, fault, more] = [h("div"), h("div"), faultLine(), button(t("more"), next)];
  let query = {};
  /** @type {readonly Row[]} */
  let rows = [];
  /** @type {unknown} */
  let after;
  let asked = 0;

  async function load(isFirst = true) {
    const mine = (asked += 1);
    try {
      const answer = await run(operation, { ...list.given, ...query, ...(!isFirst && { after }) });
      // A response to an earlier request is ignored.
      if (mine !== asked) return;
      fill(fault);
      const page = /** @type {Row[]} */ (answer[key]);
      rows = isFirst ? page : [...rows, ...page];
      after = answer.next;
      const all = rows.length > 1 && list.forAll && h("div", { class: "hstack mb-4" }, actions.map(forAll));
      fill(above, factsOf(result, answer), all);
      fill(shown, table(title, rows, field?.none?.[language] ?? "", columns()));
      more.hidden = after === undefined;
    } catch (error) {
      if (mine === asked) showFault(fault, error);
    }
  }

  async function next() {
    const count = rows.length;
    await load(false);
    // An element in the first new row gets the focus, if the row has an element that can have it.
    const row = shown.querySelectorAll("tbody tr")[count];
    /** @type {HTMLElement | null | undefined} */ (row?.querySelector("a, button, summary"))?.focus();
    regainFocus();
  }

  /** @param {Action} action */
  function forAll(action) {
    const label = t("forAll", { action: labelOf(action) });
    return actionButton({ ...action, label, row: () => ({ all: true }) }, changed);
  }

  /** Returns the columns that aren't empty in every row. @returns {import("./table.js").Column<Row>[]} */
  function columns() {
    // What names a row stands first: in narrow windows, it is the heading of the row's card.
    const filled = items
      .filter(({ name }) => name === header || rows.some((row) => !isEmpty(row[name])))
      .sort((one, other) => Number(other.name === header) - Number(one.name === header));
    return [
      ...filled.map((item) => ({
        title: capital(item.label[language]),
        isHeader: item.name === header,
        isNumber: item.kind === "number" && !item.time && item.name !== header,
        cell: (/** @type {Row} */ row) => {
          const cell = cellOf(item, row[item.name]);
          const href = `#/${list.link ?? ""}/${encodeURIComponent(String(row[header]))}`;
          return item.name === header && list.link !== undefined ? h("a", { href }, cell) : cell;
        },
      })),
      ...(actions.length === 0 ? [] : [{ title: t("actions"), cell: buttonsOf }]),
    ];
  }

  /** @param {Row} row */
  function buttonsOf(row) {
    const buttons = actions
      .filter(({ when }) => when?.(row) !== false)
      .map((action) => {
        const name = `${labelOf(action)} ${String(row[header])}`;
        return actionButton(action, changed, row, { "aria-label": name, class: "outline small" });
      });
    return h("div", { class: "hstack actions" }, buttons);
  }

  const added = buttons.map((action, index) =>
    actionButton(action, changed, {}, { class: index === 0 ? "" : "outline" }),
  );
  const searched = wanted.find(({ name }) => name === "text");
  const search =
    searched &&
    searchField(capital(searched.label[language]), (text) => {
      query = { text };
      return load();
    });
  const bar = h(
    "div",
    { class: "hstack justify-between mb-4" },
    search,
    h("div", { class: "hstack" }, added),
  );
  // The label of the search field says the same.
  const isSaid = list.given !== undefined || search !== undefined;
  const about = text === undefined ? !isSaid && sentence(summary) : t(text);
  const content = [about && note(about), above, (search ?? added[0]) && bar, shown, fault, more];
  more.hidden = true;
  return { title, load, content };
}

/**
 * Makes a field that searches while the user types.
 * @param {string} label
 * @param {(text: string) => Promise<void>} search
 */
function searchField(label, search) {
  const id = freshId("search");
  const input = h("input", { id, type: "search", autocomplete: "off", spellcheck: "false" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const go = (/** @type {Event} */ event) => {
    event.preventDefault();
    clearTimeout(timer);
    timer = setTimeout(() => void search(input.value.trim()), 250);
  };
  return h("form", { role: "search", onsubmit: go, oninput: go }, h("label", { for: id }, label), input);
}
