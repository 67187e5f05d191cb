/** Tables that load page by page, and their search field. */
import { get } from "./api.js";
import { button, fill, freshId, h, regainFocus } from "./dom.js";
import { faultLine, showFault } from "./fault.js";
import { table } from "./table.js";
import { t } from "./texts.js";

/**
 * @template T
 * @typedef {object} List
 * @property {string} path of the API
 * @property {string} key of the items in its answer
 * @property {Readonly<Record<string, string>>} [query]
 * @property {string} caption
 * @property {string} empty
 * @property {readonly import("./table.js").Column<T>[]} columns
 * @property {(items: readonly T[], answer: object) => void} [whenShown]
 */

/**
 * @template T
 * @param {List<T>} list
 */
export function pagedList(list) {
  const shown = h("div");
  const more = button(t("more"), next);
  const fault = faultLine();
  const element = h("div", {}, shown, fault, more);
  let query = list.query ?? {};
  /** @type {T[]} */
  let items = [];
  /** @type {string | null} */
  let after = null;
  let asked = 0;

  /** @param {boolean} isFirst */
  async function load(isFirst) {
    asked += 1;
    const mine = asked;
    try {
      /** @type {Readonly<Record<string, unknown>>} */
      const answer = await get(list.path, { ...query, after: isFirst ? undefined : after });
      // Only the answer to the latest request is shown.
      if (mine !== asked) return;
      fill(fault);
      const page = /** @type {T[]} */ (answer[list.key]);
      items = isFirst ? page : [...items, ...page];
      after = /** @type {string | null} */ (answer.next ?? null);
      fill(shown, table({ ...list, items }));
      more.hidden = after === null;
      list.whenShown?.(items, answer);
    } catch (error) {
      if (mine === asked) showFault(fault, error);
    }
  }

  async function next() {
    const count = items.length;
    await load(false);
    // The first new row gets the focus.
    const row = shown.querySelectorAll("tbody tr")[count];
    /** @type {HTMLElement | null | undefined} */ (row?.querySelector("a, button, summary"))?.focus();
    regainFocus();
  }

  more.hidden = true;
  return {
    element,
    /** @param {Readonly<Record<string, string>>} [other] the query from now on */
    async load(other) {
      query = other ?? query;
      await load(true);
    },
  };
}

/**
 * A field that searches while the user types.
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
