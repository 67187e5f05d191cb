/** The search field of the pages at /docs. The entries are loaded when the field gets the focus for the first time. */
import MiniSearch from "/docs/minisearch.js";

/** @typedef {{ id: number, title: string, page: string, url: string, text: string }} Entry */

const HAN = /^\p{Script=Han}/u;
const WORD =
  /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}_])+(?:[.-](?:(?!\p{Script=Han})[\p{L}\p{N}_])+)*/gu;
const MAX_RESULTS = 12;
/** How many characters of a text are shown before and after the first match. */
const AROUND = { before: 40, after: 110 };

const form = /** @type {HTMLFormElement} */ (document.querySelector("form[role=search]"));
const field = /** @type {HTMLInputElement} */ (form.querySelector("input"));
const list = /** @type {HTMLElement} */ (form.querySelector("ul"));
const status = /** @type {HTMLElement} */ (form.querySelector("[role=status]"));
/** @type {Promise<MiniSearch<Entry>> | undefined} */
let loading;

form.hidden = false;
field.addEventListener("focus", () => void index());
field.addEventListener("input", () => void show());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void show().then(() => list.querySelector("a")?.click());
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
document.addEventListener("click", ({ target }) => {
  if (!(target instanceof Node && form.contains(target))) close();
});

/** @returns {Promise<MiniSearch<Entry>>} */
function index() {
  return (loading ??= load());
}

/** @returns {Promise<MiniSearch<Entry>>} */
async function load() {
  const response = await fetch(`/docs/search.json?lang=${document.documentElement.lang}`);
  /** @type {unknown} */
  const entries = await response.json();
  /** @type {MiniSearch<Entry>} */
  const made = new MiniSearch({
    fields: ["title", "page", "text"],
    storeFields: ["title", "page", "url", "text"],
    tokenize,
    searchOptions: {
      boost: { title: 4, page: 2 },
      prefix: true,
      // A short word differs too little from others: HTTPS isn't HTTP.
      fuzzy: (term) => (term.length > 5 ? 0.15 : false),
      combineWith: "AND",
    },
  });
  made.addAll(/** @type {Entry[]} */ (entries));
  return made;
}

/** Splits a text into words; Chinese, which has no spaces, into pairs of characters. @param {string} text */
function tokenize(text) {
  return [...text.toLowerCase().matchAll(WORD)].flatMap(([word]) => {
    if (!HAN.test(word)) return /[._-]/.test(word) ? [word, ...word.split(/[._-]/)] : [word];
    const characters = Array.from(word);
    return characters.length === 1
      ? characters
      : characters.slice(1).map((next, at) => (characters[at] ?? "") + next);
  });
}

async function show() {
  const query = field.value.trim();
  const results = query === "" ? [] : (await index()).search(query, { boostDocument: exactFirst(query) });
  if (query !== field.value.trim()) return;
  list.replaceChildren(...results.slice(0, MAX_RESULTS).map((result) => item(/** @type {any} */ (result))));
  list.hidden = results.length === 0;
  status.textContent = query !== "" && results.length === 0 ? (form.dataset.none ?? "") : "";
}

/** Lets what is called exactly like the query come first. @param {string} query */
function exactFirst(query) {
  const wanted = query.toLowerCase();
  return (/** @type {unknown} */ _id, /** @type {string} */ _term, /** @type {any} */ { title }) =>
    String(title).toLowerCase() === wanted ? 4 : 1;
}

/** @param {Entry & { queryTerms: string[] }} result */
function item({ title, page, url, text, queryTerms }) {
  const link = document.createElement("a");
  link.href = url;
  link.append(element("strong", title), element("small", page), element("span", excerpt(text, queryTerms)));
  const made = document.createElement("li");
  made.append(link);
  return made;
}

/** @param {string} name @param {string} text */
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** @param {string} text @param {string[]} terms */
function excerpt(text, terms) {
  const found = terms.map((term) => text.toLowerCase().indexOf(term)).filter((at) => at >= 0);
  const at = found.length === 0 ? 0 : Math.min(...found);
  const from = Math.max(0, at - AROUND.before);
  const end = at + AROUND.after;
  return `${from > 0 ? "…" : ""}${text.slice(from, end)}${end < text.length ? "…" : ""}`;
}

function close() {
  list.hidden = true;
  status.textContent = "";
}
