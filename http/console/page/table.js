/** Tables, which narrow screens show as cards. Roles are explicit: browsers may drop them when CSS changes `display`. */
import { h } from "./dom.js";
import { dateTime } from "./format.js";

/**
 * @template T
 * @typedef {object} Column
 * @property {string} title
 * @property {(item: T) => import("./dom.js").Child | readonly import("./dom.js").Child[]} cell
 * @property {boolean} [isHeader] whether it names the row
 * @property {boolean} [isNumber]
 */

/**
 * @template T
 * @typedef {object} Table
 * @property {string} caption
 * @property {readonly Column<T>[]} columns
 * @property {readonly T[]} items
 * @property {string} empty shown instead of a table without rows
 */

/**
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

/**
 * Lets addresses break only at "@" and dots.
 * @param {import("./dom.js").Child} child
 * @returns {import("./dom.js").Child[]}
 */
function breakable(child) {
  if (typeof child !== "string") return [child];
  return child.split(/(?=@)|(?<=\.)/).flatMap((part, index) => (index === 0 ? [part] : [h("wbr"), part]));
}

/** @param {number} at milliseconds since 1970 */
export function timeOf(at) {
  const [day, clock] = dateTime(at).split(" ");
  return h("time", { datetime: new Date(at).toISOString() }, h("span", {}, day), " ", h("span", {}, clock));
}
