/**
 * Tables. In narrow windows, CSS shows rows as cards. Browsers may then drop implicit ARIA roles, so the tables' roles
 * are explicit.
 */
import { breakable, h, note } from "./dom.js";
import { dateTime } from "./format.js";

/**
 * @template T the type of an item, which is shown in a row
 * @typedef {object} Column
 * @property {string} title
 * @property {(item: T) => import("./dom.js").Child | readonly import("./dom.js").Child[]} cell
 * @property {boolean} [isHeader] whether the cell names its row
 * @property {boolean} [isNumber] whether the cells are aligned to the right
 */

/**
 * @template T
 * @param {string} caption for screen readers
 * @param {readonly T[]} items
 * @param {string} empty the text that replaces a table without rows
 * @param {readonly Column<T>[]} columns
 * @returns {HTMLElement}
 */
export function table(caption, items, empty, columns) {
  if (items.length === 0) return note(empty);
  const head = columns.map(({ title, isNumber }) =>
    h("th", { scope: "col", role: "columnheader", class: isNumber && "number" }, title),
  );
  const cellsOf = (/** @type {T} */ item) => columns.map((column) => cellOf(column, item));
  const rows = items.map((item) => h("tr", { role: "row" }, cellsOf(item)));
  return h(
    "table",
    { role: "table" },
    h("caption", { class: "hidden" }, caption),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, head)),
    h("tbody", { role: "rowgroup" }, rows),
  );
}

/** @template T @param {Column<T>} column @param {T} item */
function cellOf({ title, cell, isHeader, isNumber }, item) {
  const content = [cell(item)].flat();
  const inside = h("div", {}, isNumber ? content : content.flatMap(breakable));
  const attributes = { "data-label": title, class: isNumber && "number" };
  return isHeader
    ? h("th", { ...attributes, scope: "row", role: "rowheader" }, inside)
    : h("td", { ...attributes, role: "cell" }, inside);
}

/** Makes an element with date and time. @param {number} at milliseconds since 1970 */
export function timeOf(at) {
  const [day, clock] = dateTime(at).split(" ");
  return h("time", { datetime: new Date(at).toISOString() }, h("span", {}, day), " ", h("span", {}, clock));
}
