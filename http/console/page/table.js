/** Tables that a narrow screen shows as cards. Roles are said, as a table that is styled as none may lose its own. */
import { h } from "./dom.js";

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
 * @property {string} empty what is said where there are none
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
  const inside = h("div", {}, [cell(item)].flat().flatMap(breakable));
  const attributes = { "data-label": title, class: isNumber === true ? "number" : undefined };
  return isHeader === true
    ? h("th", { ...attributes, scope: "row", role: "rowheader" }, inside)
    : h("td", { ...attributes, role: "cell" }, inside);
}

/**
 * Addresses break at their "@" and dots alone.
 * @param {import("./dom.js").Child} child
 * @returns {import("./dom.js").Child[]}
 */
function breakable(child) {
  if (typeof child !== "string") return [child];
  return child.split(/(?=@)|(?<=\.)/).flatMap((part, place) => (place === 0 ? [part] : [h("wbr"), part]));
}

/**
 * A button of a row.
 * @param {string} text
 * @param {string} label for those who don't see its row
 * @param {() => unknown} act
 * @param {string} [kind]
 */
export function rowButton(text, label, act, kind) {
  return h("button", { type: "button", class: kind, "aria-label": label, onclick: act }, text);
}
