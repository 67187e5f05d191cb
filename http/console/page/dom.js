/** Makes and changes elements. Strings become text nodes: nothing here parses HTML. */

/** @typedef {Node | string | number | false | null | undefined} Child */
/** @typedef {string | number | boolean | undefined | ((event: Event) => unknown)} Attribute */

/**
 * Makes an element. Functions become listeners (`onclick`), `true` an empty attribute; false and undefined are omitted.
 * @template {keyof HTMLElementTagNameMap} N
 * @param {N} name
 * @param {Readonly<Record<string, Attribute>>} [attributes]
 * @param {...(Child | readonly Child[])} children
 * @returns {HTMLElementTagNameMap[N]}
 */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, String(value));
  }
  element.append(...nodes(children));
  return element;
}

/**
 * A button.
 * @param {string} text
 * @param {() => unknown} act
 * @param {Readonly<Record<string, Attribute>>} [attributes]
 */
export function button(text, act, attributes = {}) {
  return h("button", { type: "button", onclick: () => void act(), ...attributes }, text);
}

/** @param {...(Child | readonly Child[])} children */
export function note(...children) {
  return h("p", { class: "soft" }, ...children);
}

/**
 * Terms with their values; an empty value is shown as a dash.
 * @param {readonly (readonly [term: string, value: string])[]} rows
 */
export function facts(rows) {
  const entries = rows.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value || "–")));
  return h("dl", { class: "facts" }, entries);
}

/**
 * A section with a heading.
 * @param {string} title
 * @param {...Node} content
 */
export function section(title, ...content) {
  const id = freshId("section");
  return h("section", { "aria-labelledby": id }, h("h2", { id }, title), content);
}

/**
 * Replaces the element's children.
 * @param {Element} element
 * @param {...(Child | readonly Child[])} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
}

/**
 * Replaces only those of the element's descendants that differ, so that focus and selection in it survive. New listeners
 * are lost: use it for content without any.
 * @param {Element} element
 * @param {...(Child | readonly Child[])} children
 */
export function update(element, ...children) {
  const fresh = document.createElement("div");
  fill(fresh, ...children);
  updateChildren(element, fresh);
}

/**
 * @param {Node} old
 * @param {Node} fresh
 */
function updateChildren(old, fresh) {
  const wanted = [...fresh.childNodes];
  for (const [index, child] of wanted.entries()) {
    const present = old.childNodes[index];
    if (present === undefined) old.appendChild(child);
    else if (!present.cloneNode(false).isEqualNode(child.cloneNode(false))) old.replaceChild(child, present);
    else updateChildren(present, child);
  }
  while (old.childNodes.length > wanted.length) old.lastChild?.remove();
}

/** Moves the focus to the screen's heading if the focused element is gone. */
export function regainFocus() {
  if (document.activeElement === document.body) document.querySelector("h1")?.focus();
}

/**
 * The page's element of this id.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}`);
  return found;
}

let made = 0;

/**
 * A unique id, for labels.
 * @param {string} name
 */
export function freshId(name) {
  made += 1;
  return `${name}-${made}`;
}

/**
 * @param {readonly (Child | readonly Child[])[]} children
 * @returns {(Node | string)[]}
 */
function nodes(children) {
  return children
    .flat()
    .filter((child) => child !== false && child !== null && child !== undefined)
    .map((child) => (child instanceof Node ? child : String(child)));
}
