/** The start of the page: login, header, navigation, and the screen that the URL's fragment names. */
/** @import { Screen } from "./screen.js" */
import { isIn, post, session, whenLoggedOut } from "./api.js";
import { button, byId, fill, h, note } from "./dom.js";
import { form } from "./form.js";
import { Live } from "./live.js";
import { clearNotice, faultLine } from "./messages.js";
import * as lists from "./screens/lists.js";
import { overview } from "./screens/overview.js";
import { room } from "./screens/room.js";
import { changeLanguage, inBoth, language, t, wordOf } from "./texts.js";

/** The screens by the first part of the fragment (`#/rooms`, `#/rooms/plan@…`), in the navigation's order. */
const SCREENS = /** @type {const} */ ([
  { name: "", title: "overview", all: overview },
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
const header = byId("header");
const nav = byId("nav");
const live = new Live();
let shown = new AbortController();
let isLoggedIn = false;

document.documentElement.lang = language;
fill(byId("skip"), t("skip"));
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
whenLoggedOut(askLogin);
addEventListener("hashchange", () => {
  clearNotice();
  if (isLoggedIn) void show(true);
});
live.addEventListener("state", () => {
  fill(byId("domain"), live.state?.component.domain);
  if (isLoggedIn) showConnection();
});
await begin(false);

/** Shows the page, or the login if needed. @param {boolean} isMove whether the heading gets the focus */
async function begin(isMove) {
  try {
    const answered = await session();
    if (!isIn(answered)) {
      askLogin();
      return;
    }
    isLoggedIn = true;
    showHeader(answered.operator);
    showNavigation();
    live.open();
    await show(isMove);
  } catch (error) {
    fill(
      main,
      h("h1", {}, t("console")),
      faultLine(error),
      button(t("tryAgain"), () => begin(true)),
    );
  }
}

function askLogin() {
  isLoggedIn = false;
  live.close();
  shown.abort();
  main.removeAttribute("aria-busy");
  nav.hidden = true;
  showHeader(null);
  document.title = `${t("logIn")} · qtalk-component`;
  const { element, first } = form({
    fields: [{ name: "token", label: inBoth("token"), kind: "text", secret: true, isRequired: true }],
    verb: t("logIn"),
    run: async (given) => {
      await post("login", given);
      await begin(true);
    },
  });
  element.classList.add("card", "mb-4");
  const help = note(t("tokenHelp"), " ", h("code", {}, "qtalk-component operator add NAME"));
  fill(main, h("h1", {}, t("logIn")), element, help);
  first.focus();
}

/** @param {string | null} operator the name of the logged-in operator */
function showHeader(operator) {
  const other = language === "zh" ? "en" : "zh";
  fill(
    header,
    h(
      "span",
      { class: "brand" },
      h("b", {}, "qtalk-component"),
      h("span", { id: "domain", class: "text-light" }),
    ),
    h("span", { id: "connection", role: "status" }),
    ...(operator === null
      ? []
      : [
          h("span", { class: "text-light" }, operator),
          button(t("logOut"), () => post("logout", {}).finally(askLogin)),
        ]),
    button(t("otherLanguage"), changeLanguage, { id: "language", lang: other }),
  );
  fill(byId("domain"), live.state?.component.domain);
  if (isLoggedIn) showConnection();
}

/** Shows the state of the component's link or, if the component doesn't answer, of the connection to it. */
function showConnection() {
  const { connection, state } = live;
  const labels = {
    connecting: t("connecting"),
    live: t("live"),
    lost: t("connectionLost"),
  };
  const kind = connection === "live" ? state?.link.kind : undefined;
  const text = kind === undefined ? labels[connection] : `${t("link")} · ${wordOf("link", kind)}`;
  const status = byId("connection");
  status.className = `state ${kind ?? connection}`;
  // Only a different text is filled in, because screen readers announce a live region each time it is filled.
  if (status.textContent !== text) fill(status, text);
}

/** Shows the links to the screens, with a button that opens them in narrow windows. */
function showNavigation() {
  const menu = h(
    "button",
    { type: "button", class: "outline", id: "menu", "aria-expanded": "false", "aria-controls": "screens" },
    t("menu"),
  );
  const toggle = (/** @type {boolean} */ isOpen) => menu.setAttribute("aria-expanded", String(isOpen));
  menu.addEventListener("click", () => toggle(menu.getAttribute("aria-expanded") !== "true"));
  const links = SCREENS.map(({ name, title }) =>
    h("li", {}, h("a", { href: `#/${name}`, onclick: () => toggle(false) }, t(title))),
  );
  nav.setAttribute("aria-label", t("screens"));
  fill(nav, menu, h("ul", { id: "screens" }, links));
  nav.hidden = false;
}

/** Shows the screen of the URL's fragment. @param {boolean} isMove whether its heading gets the focus */
async function show(isMove) {
  shown.abort();
  shown = new AbortController();
  const { signal } = shown;
  const [, first = "", second] = location.hash.split("/");
  const screen = SCREENS.find(({ name }) => name === first) ?? SCREENS[0];
  for (const link of nav.querySelectorAll("a")) {
    if (link.getAttribute("href") === `#/${screen.name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const named = second === undefined || second === "" ? undefined : decoded(second);
  const heading = h("h1", { tabindex: "-1" }, named ?? t(screen.title));
  const body = h("div", {}, note(t("loading")));
  document.title = `${named ?? t(screen.title)} · qtalk-component`;
  fill(main, heading, body);
  main.setAttribute("aria-busy", "true");
  if (isMove) {
    scrollTo(0, 0);
    heading.focus();
  }
  /** @type {Screen} */
  const screenOf = named !== undefined && "one" in screen ? screen.one : screen.all;
  try {
    const content = await screenOf({ named: named ?? "", live, signal, heading });
    if (!signal.aborted) fill(body, content);
  } catch (error) {
    if (signal.aborted) return;
    fill(
      body,
      faultLine(error),
      button(t("tryAgain"), () => show(true)),
    );
  } finally {
    if (!signal.aborted) main.removeAttribute("aria-busy");
  }
}

/** Decodes percent escapes. Invalid escapes, such as in a mistyped URL, stay unchanged. @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
