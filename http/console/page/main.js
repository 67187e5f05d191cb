/** The start of the page: login, header, navigation, and the screen that the URL's fragment names. */
/** @import { Child } from "./dom.js" */
/** @import { Screen } from "./screens/lists.js" */
/** @import { Session } from "./types.js" */
/** @import { TextKey } from "./texts.js" */
import { LOGGED_OUT, post, readOperations, request } from "./api.js";
import { button, byId, fill, h, note, update } from "./dom.js";
import { form } from "./form.js";
import { Live } from "./live.js";
import { clearNotice, faultLine } from "./messages.js";
import { alerts } from "./screens/alerts.js";
import * as lists from "./screens/lists.js";
import { overview } from "./screens/overview.js";
import { room } from "./screens/room.js";
import { changeLanguage, inBoth, language, t, wordOf } from "./texts.js";

/** The screens by the first part of the fragment (`#/rooms`, `#/rooms/plan@…`), in the navigation's order. */
const SCREENS = /** @type {const} */ ([
  { name: "", title: "overview", all: overview },
  { name: "alerts", title: "alerts", all: alerts },
  { name: "dead-letters", title: "deadLetters", all: lists.deadLetters },
  { name: "refused", title: "refusedCalls", all: lists.refused },
  { name: "callers", title: "callers", all: lists.callers },
  { name: "hooks", title: "hooks", all: lists.hooks },
  { name: "bots", title: "bots", all: lists.bots },
  { name: "rooms", title: "rooms", all: lists.rooms, one: room },
  { name: "people", title: "people", all: lists.people, one: lists.person },
  { name: "operators", title: "operators", all: lists.operators },
  { name: "changes", title: "changes", all: lists.changes },
]);

const main = byId("main");
const nav = byId("nav");
const menu = byId("menu");
const status = byId("connection");
const live = new Live();
let shown = new AbortController();
let isLoggedIn = false;

document.documentElement.lang = language;
for (const element of document.querySelectorAll("[data-text]"))
  fill(element, t(/** @type {TextKey} */ (element.getAttribute("data-text"))));
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
byId("logout").addEventListener("click", () => void post("logout", {}).finally(() => askLogin()));
byId("language").lang = language === "zh" ? "en" : "zh";
byId("language").addEventListener("click", changeLanguage);
nav.ariaLabel = t("screens");
menu.addEventListener("click", () => toggleMenu(menu.ariaExpanded !== "true"));
const links = SCREENS.map(({ name, title }) =>
  h("a", { href: `#/${name}`, onclick: () => toggleMenu(false) }, t(title)),
);
fill(
  byId("screens"),
  links.map((link) => h("li", {}, link)),
);
addEventListener(LOGGED_OUT, () => askLogin());
addEventListener("hashchange", () => {
  clearNotice();
  if (location.hash.startsWith("#/login/")) void followLink();
  else if (isLoggedIn) void show(true);
});
live.addEventListener("change", showConnection);
await followLink();

/** Logs in by the link of `qtalk-component console`, if the page was opened by it; its secret leaves the history. */
async function followLink() {
  const [, link] = /^#\/login\/([\w-]+)$/.exec(location.hash) ?? [];
  if (link !== undefined) {
    history.replaceState(null, "", "#/");
    try {
      await post("login", { link });
    } catch (error) {
      askLogin(faultLine(error));
      return;
    }
  }
  await begin(false);
}

/** Shows the page, or the login if needed. @param {boolean} isMove whether the heading gets the focus */
async function begin(isMove) {
  try {
    /** @type {Session} */
    const { operator } = await request("session");
    if (operator === null) {
      askLogin();
      return;
    }
    await readOperations();
    isLoggedIn = true;
    showOperator(operator);
    live.open();
    await show(isMove);
  } catch (error) {
    fill(
      main,
      h("h1", {}, t("console")),
      failure(error, () => begin(true)),
    );
  }
}

/** @param {HTMLElement} [fault] why a link didn't log in */
function askLogin(fault) {
  isLoggedIn = false;
  live.close();
  shown.abort();
  main.ariaBusy = null;
  showOperator(null);
  document.title = `${t("logIn")} · qtalk-component`;
  const element = form({
    fields: [{ name: "token", label: inBoth("token"), kind: "text", secret: true, isRequired: true }],
    verb: t("logIn"),
    run: async (given) => {
      await post("login", given);
      await begin(true);
    },
  });
  element.classList.add("card", "mb-4");
  const help = note(
    t("tokenHelp"),
    " ",
    h("code", {}, "qtalk-component operator add NAME --may all"),
    " ",
    t("linkHelp"),
    " ",
    h("code", {}, "qtalk-component console"),
  );
  fill(main, h("h1", {}, t("logIn")), fault ?? [], element, help);
  element.querySelector("input")?.focus();
}

/** @param {string | null} operator the name of the logged-in operator */
function showOperator(operator) {
  nav.hidden = !isLoggedIn;
  fill(byId("operator"), operator);
  byId("logout").hidden = operator === null;
  showConnection();
}

/** Shows the state of the component's link or, if the component doesn't answer, of the connection to it. */
function showConnection() {
  const { connection, state } = live;
  fill(byId("domain"), state?.component.domain);
  const kind = connection === "live" ? state?.link.kind : undefined;
  const text = !isLoggedIn
    ? ""
    : kind === undefined
      ? t(connection)
      : `${t("link")} · ${wordOf("link", kind)}`;
  status.className = `state ${kind ?? connection}`;
  update(status, text);
}

/** Opens or closes the navigation in narrow windows. @param {boolean} isOpen */
function toggleMenu(isOpen) {
  menu.ariaExpanded = String(isOpen);
}

/** Shows the screen of the URL's fragment. @param {boolean} isMove whether its heading gets the focus */
async function show(isMove) {
  shown.abort();
  shown = new AbortController();
  const { signal } = shown;
  const [, first = "", second = ""] = location.hash.split("/");
  const screen = SCREENS.find(({ name }) => name === first) ?? SCREENS[0];
  for (const [index, link] of links.entries()) link.ariaCurrent = screen === SCREENS[index] ? "page" : null;
  const named = decoded(second);
  const heading = h("h1", { tabindex: "-1" }, named || t(screen.title));
  const body = h("div", {}, note(t("loading")));
  document.title = `${heading.textContent} · qtalk-component`;
  fill(main, heading, body);
  main.ariaBusy = "true";
  if (isMove) {
    scrollTo(0, 0);
    heading.focus();
  }
  /** @type {Screen} */
  const screenOf = named !== "" && "one" in screen ? screen.one : screen.all;
  /** @type {Child | readonly Child[]} */
  let content;
  try {
    content = await screenOf({ named, live, signal, heading });
  } catch (error) {
    content = failure(error, () => show(true));
  }
  if (signal.aborted) return;
  fill(body, content);
  main.ariaBusy = null;
}

/** @param {unknown} error @param {() => unknown} again tries what failed again */
function failure(error, again) {
  return [faultLine(error), button(t("tryAgain"), again)];
}

/** Decodes percent escapes. Invalid escapes, such as in a mistyped URL, stay unchanged. @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
