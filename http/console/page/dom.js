/** Makes and changes elements of the page. Strings become text nodes, so they needn't be escaped. */

/** @typedef {Node | string | number | false | null | undefined} Child false, null and undefined are left out */
/** @typedef {string | number | boolean | undefined | ((event: Event) => unknown)} Attribute */

/**
 * Makes an element. Functions become listeners (`onclick`), and attributes that are false or undefined are left out.
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
 * @param {string} text
 * @param {() => unknown} act called on a click
 * @param {Readonly<Record<string, Attribute>>} [attributes]
 */
export function button(text, act, attributes = {}) {
  return h("button", { type: "button", class: "outline", onclick: () => void act(), ...attributes }, text);
}

/** Makes a paragraph with less important text. @param {...(Child | readonly Child[])} children */
export function note(...children) {
  return h("p", { class: "text-light" }, ...children);
}

/** Lets an address break before "@", but not at the dots of its host. @param {Child} child @returns {Child[]} */
export function breakable(child) {
  if (typeof child !== "string") return [child];
  return child.split(/(?=@)/).flatMap((part, index) => (index === 0 ? [part] : [h("wbr"), part]));
}

/** Makes a list of terms with their values. @param {readonly (readonly [term: string, value: Child])[]} rows */
export function facts(rows) {
  const entries = rows.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, breakable(value))));
  return h("dl", { class: "facts grid" }, entries);
}

/** Makes a section with a heading. @param {string} title @param {...Child} content */
export function section(title, ...content) {
  return h("section", { "aria-label": title }, h("h2", {}, title), content);
}

/** @param {Element} element @param {...(Child | readonly Child[])} children */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
}

/**
 * Replaces an element's children like fill(), but keeps unchanged nodes with their focus and selection; screen readers
 * announce only what has changed. Listeners of new children are lost.
 * @param {Element} element
 * @param {...(Child | readonly Child[])} children
 */
export function update(element, ...children) {
  const fresh = document.createElement("div");
  fill(fresh, ...children);
  updateChildren(element, fresh);
}

/** Makes the children of `old` equal those of `fresh`. @param {Node} old @param {Node} fresh */
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

/** Moves the focus to the screen's heading if the element with the focus was removed from the page. */
export function regainFocus() {
  if (document.activeElement === document.body) document.querySelector("h1")?.focus();
}

/** Returns an element that must exist. @param {string} id */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}`);
  return found;
}

let made = 0;

/** Returns a unique id, to connect an element with its label. @param {string} name the id's beginning */
export function freshId(name) {
  made += 1;
  return `${name}-${made}`;
}

/** @param {readonly (Child | readonly Child[])[]} children @returns {(Node | string)[]} */
function nodes(children) {
  return children
    .flat()
    .filter((child) => child !== false && child !== null && child !== undefined)
    .map((child) => (child instanceof Node ? child : String(child)));
}
