/**
 * Makes tables. In narrow windows, CSS shows each row as a card. The ARIA roles are explicit, as browsers may drop the
 * implicit ones if CSS changes `display`.
 */
import { breakable, h } from "./dom.js";
import { dateTime } from "./format.js";

/**
 * A column of a table.
 * @template T the type of an item, which is shown in a row
 * @typedef {object} Column
 * @property {string} title
 * @property {(item: T) => import("./dom.js").Child | readonly import("./dom.js").Child[]} cell returns a cell's content
 * @property {boolean} [isHeader] whether the cell names its row
 * @property {boolean} [isNumber] whether the cells contain numbers, which are aligned to the right
 */

/**
 * The content of a table.
 * @template T the type of an item
 * @typedef {object} Table
 * @property {string} caption for screen readers
 * @property {readonly Column<T>[]} columns
 * @property {readonly T[]} items the items, one for each row
 * @property {string} empty the text that is shown instead of a table without rows
 */

/**
 * Makes a table.
 * @template T
 * @param {Table<T>} shown
 * @returns {HTMLElement}
 */
export function table({ caption, columns, items, empty }) {
  if (items.length === 0) return h("p", { class: "soft" }, empty);
  const head = columns.map(({ title, isNumber }) =>
    h("th", { scope: "col", role: "columnheader", class: isNumber === true ? "number" : undefined }, title),
  );
  const rows = items.map((item) =>
    h(
      "tr",
      { role: "row" },
      columns.map((column) => cellOf(column, item)),
    ),
  );
  return h(
    "table",
    { role: "table" },
    h("caption", { class: "hidden" }, caption),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, head)),
    h("tbody", { role: "rowgroup" }, rows),
  );
}

/**
 * Makes a cell.
 * @template T
 * @param {Column<T>} column
 * @param {T} item
 */
function cellOf({ title, cell, isHeader, isNumber }, item) {
  const content = [cell(item)].flat();
  const inside = h("div", {}, isNumber === true ? content : content.flatMap(breakable));
  const attributes = { "data-label": title, class: isNumber === true ? "number" : undefined };
  return isHeader === true
    ? h("th", { ...attributes, scope: "row", role: "rowheader" }, inside)
    : h("td", { ...attributes, role: "cell" }, inside);
}

/** Makes an element with date and time. @param {number} at milliseconds since 1970 */
export function timeOf(at) {
  const [day, clock] = dateTime(at).split(" ");
  return h("time", { datetime: new Date(at).toISOString() }, h("span", {}, day), " ", h("span", {}, clock));
}
