/** Elements made in one expression. Text is always text: nothing here reads HTML. */

/** @typedef {Node | string | number | false | null | undefined} Child */
/** @typedef {string | number | boolean | undefined | ((event: Event) => unknown)} Attribute */

/**
 * Functions become listeners (`onclick`), `true` an empty attribute; what is false or undefined is left out.
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
 * Puts these in the place of what the element holds.
 * @param {Element} element
 * @param {...(Child | readonly Child[])} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
}

/**
 * Makes the element hold these, and leaves what is there already: who reads it or has the keyboard in it goes on there.
 * For what has no listeners, as those of the new ones are lost.
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
  for (const [place, child] of wanted.entries()) {
    const present = old.childNodes[place];
    if (present === undefined) old.appendChild(child);
    else if (!present.cloneNode(false).isEqualNode(child.cloneNode(false))) old.replaceChild(child, present);
    else updateChildren(present, child);
  }
  while (old.childNodes.length > wanted.length) old.lastChild?.remove();
}

/** Where what had the keyboard is gone, the screen's heading has it. */
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
 * An id that no other element has, for labels.
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
