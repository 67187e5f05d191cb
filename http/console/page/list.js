/** Tables that load their rows page by page, and search fields. */
import { button, fill, freshId, h, regainFocus } from "./dom.js";
import { faultLine, showFault } from "./fault.js";
import { table } from "./table.js";
import { t } from "./texts.js";

/**
 * A list of the API, and the table that shows it.
 * @template T the type of an item
 * @typedef {object} List
 * @property {(given: object) => Promise<Readonly<Record<string, unknown>>>} load loads a page; `given` has `after`
 * @property {string} key the key of the items in the result
 * @property {string} caption the table's caption, for screen readers
 * @property {string} empty the text that replaces a table without rows
 * @property {(items: readonly T[]) => readonly import("./table.js").Column<T>[]} columns
 * @property {(items: readonly T[], answer: object) => void} [whenShown] called for each page, with all items
 * so far
 */

/** Makes a table with a button that loads the next page. @template T @param {List<T>} list */
export function pagedList(list) {
  const shown = h("div");
  const moreButton = button(t("more"), next);
  const fault = faultLine();
  const element = h("div", {}, shown, fault, moreButton);
  /** @type {object} */
  let query = {};
  /** @type {T[]} */
  let items = [];
  /** @type {string | null} */
  let after = null;
  let asked = 0;

  /** @param {boolean} isFirst whether to load the first page, whose items replace the present ones */
  async function load(isFirst) {
    asked += 1;
    const mine = asked;
    try {
      const part = isFirst || after === null ? {} : { after };
      const answer = await list.load({ ...query, ...part });
      // A response to an earlier request is ignored.
      if (mine !== asked) return;
      fill(fault);
      const page = /** @type {T[]} */ (answer[list.key]);
      items = isFirst ? page : [...items, ...page];
      after = /** @type {string | null} */ (answer.next ?? null);
      fill(shown, table({ ...list, columns: list.columns(items), items }));
      moreButton.hidden = after === null;
      list.whenShown?.(items, answer);
    } catch (error) {
      if (mine === asked) showFault(fault, error);
    }
  }

  async function next() {
    const count = items.length;
    await load(false);
    // An element in the first new row gets the focus, if the row has an element that can have it.
    const row = shown.querySelectorAll("tbody tr")[count];
    /** @type {HTMLElement | null | undefined} */ (row?.querySelector("a, button, summary"))?.focus();
    regainFocus();
  }

  moreButton.hidden = true;
  return {
    element,
    /** Loads the first page. @param {object} [other] replaces the arguments */
    async load(other) {
      query = other ?? query;
      await load(true);
    },
  };
}

/**
 * Makes a field that searches while the user types.
 * @param {string} label
 * @param {(text: string) => Promise<void>} search
 */
export function searchField(label, search) {
  const id = freshId("search");
  const input = h("input", { id, type: "search", autocomplete: "off", spellcheck: "false" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const go = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void search(input.value.trim()), 250);
  };
  input.addEventListener("input", go);
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    go();
  };
  return h(
    "form",
    { role: "search", class: "search", onsubmit: onSubmit },
    h("label", { for: id }, label),
    input,
  );
}
