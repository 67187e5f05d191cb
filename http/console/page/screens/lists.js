/** The screens that consist of operations' lists: rooms, people, webhooks, bots, operators, and others. */
/** @import { Child } from "../dom.js" */
/** @import { Live } from "../live.js" */
/** @import { List } from "../list.js" */
/** @import { Action } from "../operations.js" */
/** @import { Row } from "../types.js" */
import { described, run } from "../api.js";
import { fill, h } from "../dom.js";
import { textOf } from "../format.js";
import { listsOf } from "../list.js";
import { actionButton, factsOf } from "../operations.js";
import { t } from "../texts.js";

/**
 * @typedef {object} ScreenContext
 * @property {string} named the second part of the URL's fragment, such as a room's address; "" if there is none
 * @property {Live} live
 * @property {AbortSignal} signal aborted when another screen opens
 * @property {HTMLElement} heading the screen's heading, whose text a screen may replace
 */

/** @typedef {Child | readonly Child[]} Content */
/** Loads a screen's content. @typedef {(context: ScreenContext) => Promise<Content> | Content} Screen */

/** @param {...List} lists @returns {Screen} */
function screen(...lists) {
  return async () => (await listsOf(lists)).elements;
}

const byName = (/** @type {Row} */ { name }) => ({ name });
const byId = (/** @type {Row} */ { id }) => ({ ids: [id] });

/** @param {"incoming" | "outgoing"} of @returns {List} */
function hooksOf(of) {
  /** @type {readonly Action[]} */
  const waiting = [
    {
      operation: "hook retry",
      row: ({ name }) => ({ name, all: true }),
      only: [],
      when: (hook) => Number(hook.waiting) + Number(hook.dead) > 0,
    },
  ];
  return {
    operation: "hook list",
    key: of,
    text: `${of}Hooks`,
    given: { kind: of },
    buttons: [
      of === "incoming"
        ? { operation: "hook add", label: t("addHook"), about: t("aboutIncoming"), of }
        : { operation: "hook add", label: t("addOutgoingHook"), about: t("aboutOutgoing"), of },
    ],
    actions: [
      { operation: "hook test", row: byName, only: [] },
      { operation: "hook set", row: byName, of },
      ...(of === "outgoing" ? waiting : []),
      { operation: "hook rotate", row: byName },
      { operation: "hook remove", row: byName },
    ],
  };
}

export const hooks = screen(hooksOf("incoming"), hooksOf("outgoing"), {
  operation: "hook dead",
  key: "letters",
  actions: [
    { operation: "hook retry", row: ({ name, id }) => ({ name, ids: [id] }), only: [] },
    { operation: "hook drop", row: ({ name, id }) => ({ name, ids: [id] }), only: [] },
  ],
});

export const bots = screen({
  operation: "bot list",
  key: "bots",
  actions: [
    { operation: "bot enter", row: ({ bot }) => ({ bot }) },
    {
      operation: "bot leave",
      row: ({ bot, room }) => ({ bot, room }),
      when: ({ room }) => room !== undefined,
    },
    { operation: "bot set", row: ({ bot }) => ({ bot }) },
  ],
});

export const operators = screen({
  operation: "operator list",
  key: "operators",
  buttons: [{ operation: "operator add", label: t("addOperator") }],
  actions: [{ operation: "operator remove", row: byName }],
});

export const changes = screen({ operation: "changes list", key: "changes" });
export const callers = screen({ operation: "caller list", key: "callers" });
export const refused = screen({ operation: "caller refused", key: "calls" });

export const deadLetters = screen({
  operation: "outbox list",
  key: "letters",
  text: "deadLettersText",
  forAll: true,
  actions: [
    { operation: "outbox retry", row: byId, only: [] },
    { operation: "outbox drop", row: byId, only: [] },
  ],
});

export const rooms = screen({
  operation: "room list",
  key: "rooms",
  link: "rooms",
  buttons: [
    {
      operation: "room make",
      done: ({ room }) => (location.hash = `#/rooms/${encodeURIComponent(String(room))}`),
    },
    { operation: "room announce", label: t("announceInAll"), fixed: { all: true }, only: ["announcement"] },
  ],
});

export const people = screen(
  {
    operation: "user list",
    key: "users",
    link: "people",
    buttons: [
      { operation: "user set", label: t("addUser") },
      { operation: "key issue" },
      { operation: "user erase", label: t("erasePerson") },
    ],
  },
  { operation: "key list", key: "keys", link: "people" },
);

/** @param {ScreenContext} context */
export async function person({ named: user, heading }) {
  const shown = h("div");
  const { result } = described("user show");
  const load = async () => {
    const found = await run("user show", { user });
    fill(heading, [found.name, found.vcard, user].map(textOf).find((each) => each !== "") ?? user);
    const change = actionButton({ operation: "user set", fixed: { user } }, reload, found);
    const gone = { operation: "user erase", fixed: { user }, done: () => (location.hash = "#/people") };
    fill(shown, factsOf(result, found), h("div", { class: "hstack" }, change, actionButton(gone, reload)));
  };
  const reload = () => Promise.all([load(), keys.load()]);
  const keys = await listsOf(
    [
      {
        operation: "key list",
        key: "keys",
        given: { user },
        header: "resource",
        hidden: ["user"],
        buttons: [{ operation: "key issue", fixed: { user } }],
        actions: [{ operation: "key revoke", row: ({ resource }) => ({ user, resource }) }],
      },
    ],
    () => reload(),
  );
  await load();
  return [h("p", {}, h("a", { href: "#/people" }, t("people"))), shown, ...keys.elements];
}
