/** The screens that consist of operations' lists: rooms, people, webhooks, bots, operators, and others. */
/** @import { ScreenContext } from "../screen.js" */
/** @import { Row } from "../types.js" */
import { button, facts, fill, h, note, section } from "../dom.js";
import { dateTime, number, textOf } from "../format.js";
import { searchField } from "../list.js";
import { openForm, operationList, run } from "../operations.js";
import { t } from "../texts.js";
import { BOT_STATES, REFUSALS, WAYS } from "./labels.js";

/** @typedef {import("../operations.js").Action} Action */

/** @param {string} operation @param {string} label @param {Partial<Action>} [more] @returns {Action} */
const onName = (operation, label, more = {}) => ({
  ...{ operation, label, fixed: ({ name }) => ({ name }) },
  ...more,
});

const INCOMING = [
  "name",
  "to",
  "as",
  "title",
  "picture",
  "format",
  "template",
  "update",
  "announce_resolved",
];
/** Columns for which the table has no room; the form for changes shows them. */
const HIDDEN = ["id", "title", "body_bytes", "announce_resolved", "template", "signed"];
const LIMITS = ["rate", "body_bytes", "signed", "password"];
const OUTGOING = ["deliver_to", "on", "room", "match", "only", "form", "allow_inner"];

export async function hooks() {
  const load = () => Promise.all([incoming.load({}), outgoing.load({}), dead.load({})]);
  const rotate = onName("hook rotate", t("rotate"));
  const remove = onName("hook remove", t("remove"));
  const test = onName("hook test", t("test"), { only: [] });
  const incoming = await operationList({
    ...{ operation: "hook list", key: "incoming", title: t("incomingHooks"), hidden: HIDDEN, changed: load },
    given: { kind: "incoming" },
    buttons: [{ operation: "hook add", label: t("addHook"), only: [...INCOMING, ...LIMITS] }],
    actions: [
      test,
      onName("hook set", t("change"), {
        only: [...INCOMING, ...LIMITS],
        preset: ({ to, title, format, update, announce_resolved, rate, body_bytes }) => ({
          ...{ to, title, format, update, announce_resolved },
          ...{ rate: rate ?? "default", body_bytes: body_bytes ?? "default" },
        }),
      }),
      ...[rotate, remove],
    ],
  });
  const outgoing = await operationList({
    ...{ operation: "hook list", key: "outgoing", title: t("outgoingHooks"), changed: load },
    given: { kind: "outgoing" },
    buttons: [
      {
        operation: "hook add",
        label: t("addOutgoingHook"),
        only: ["name", ...OUTGOING, "as", "title", "picture", "password"],
      },
    ],
    actions: [
      test,
      onName("hook set", t("change"), {
        only: [...OUTGOING, "all_rooms", "title", "picture", "password"],
        preset: ({ on, room, match, form, only = "all" }) => ({ on, room, match, form, only }),
      }),
      onName("hook retry", t("retry"), {
        ...{ fixed: ({ name }) => ({ name, all: true }), only: [] },
        when: ({ waiting, dead }) => Number(waiting) + Number(dead) > 0,
      }),
      ...[rotate, remove],
    ],
  });
  const ids = (/** @type {Row} */ { id, name }) => ({ name, ids: [id] });
  const dead = await operationList({
    ...{ operation: "hook dead", key: "letters", title: t("deadLetters"), changed: load },
    actions: [
      { operation: "hook retry", label: t("retry"), fixed: ids, only: [] },
      { operation: "hook drop", label: t("drop"), fixed: ids, only: [] },
    ],
  });
  await load();
  return [
    section(t("incomingHooks"), note(t("incomingHooksText")), ...incoming.elements),
    section(t("outgoingHooks"), note(t("outgoingHooksText")), ...outgoing.elements),
    section(t("deadEvents"), ...dead.elements),
  ];
}

export async function bots() {
  const list = await operationList({
    ...{ operation: "bot list", key: "bots", title: t("bots") },
    words: { state: (state) => BOT_STATES[String(state)] ?? String(state) },
    actions: [
      { operation: "bot enter", label: t("enterRoom"), fixed: ({ bot }) => ({ bot }) },
      {
        operation: "bot leave",
        label: t("leaveRoom"),
        fixed: ({ bot, room }) => ({ bot, room }),
        when: ({ room }) => room !== undefined,
      },
      {
        operation: "bot set",
        label: t("change"),
        fixed: ({ bot }) => ({ bot }),
        preset: ({ title }) => ({ title }),
      },
    ],
  });
  await list.load({});
  return [note(t("botsText")), ...list.elements];
}

export async function operators() {
  const list = await operationList({
    ...{ operation: "operator list", key: "operators", title: t("operators") },
    buttons: [{ operation: "operator add", label: t("addOperator") }],
    actions: [onName("operator remove", t("remove"))],
  });
  await list.load({});
  return [note(t("operatorsText")), ...list.elements];
}

export async function changes() {
  const words = { way: (/** @type {unknown} */ way) => WAYS[String(way)] ?? String(way) };
  const list = await operationList({ operation: "changes list", key: "changes", title: t("changes"), words });
  await list.load({});
  return [note(t("changesText")), ...list.elements];
}

export async function callers() {
  const since = note();
  const list = await operationList({
    ...{ operation: "caller list", key: "callers", title: t("callers") },
    whenShown: (_rows, result) =>
      fill(
        since,
        t("callersText"),
        " ",
        t("countedSince", { time: dateTime(Number(/** @type {Row} */ (result).since)) }),
      ),
  });
  await list.load({});
  return [since, ...list.elements];
}

export async function refused() {
  const kind = (/** @type {unknown} */ kind) => REFUSALS[String(kind)] ?? String(kind);
  const list = await operationList({
    ...{ operation: "caller refused", key: "calls", title: t("refusedCalls"), words: { kind } },
  });
  await list.load({});
  const refresh = h(
    "div",
    { class: "buttons start" },
    button(t("refresh"), () => list.load({})),
  );
  return [note(t("refusedText")), refresh, ...list.elements];
}

export async function deadLetters() {
  const bar = h("div", { class: "buttons start" });
  const load = () => list.load({});
  const ids = (/** @type {Row} */ { id }) => ({ ids: [id] });
  /** @type {[operation: string, label: import("../texts.js").TextKey][]} */
  const verbs = [
    ["outbox retry", "retry"],
    ["outbox drop", "drop"],
  ];
  const list = await operationList({
    ...{ operation: "outbox list", key: "letters", title: t("deadLetters") },
    actions: verbs.map(([operation, label]) => ({ operation, label: t(label), fixed: ids, only: [] })),
    whenShown: (_rows, result) => {
      const { dead } = /** @type {Row} */ (result);
      const all = verbs.map(([operation, label]) =>
        button(t(`${label === "drop" ? "drop" : "retry"}All`), () =>
          openForm(operation, { label: t(label), fixed: { all: true }, only: [], done: load }),
        ),
      );
      fill(bar, Number(dead) > 1 && [h("span", {}, t("deadLettersN", { n: number(Number(dead)) })), ...all]);
    },
  });
  await load();
  return [note(t("deadLettersText")), bar, ...list.elements];
}

export async function rooms() {
  const list = await operationList({
    ...{ operation: "room list", key: "rooms", title: t("rooms") },
    link: ({ room }) => `#/rooms/${encodeURIComponent(String(room))}`,
    buttons: [
      {
        operation: "room make",
        label: t("makeRoom"),
        done: ({ room }) => (location.hash = `#/rooms/${encodeURIComponent(String(room))}`),
      },
      {
        operation: "room announce",
        label: t("announceInAll"),
        fixed: () => ({ all: true }),
        only: ["announcement"],
      },
    ],
  });
  await list.load({});
  const search = searchField(t("searchRooms"), (text) => list.load({ text }));
  return [h("div", { class: "bar" }, search, ...list.bar), list.table];
}

export async function people() {
  const list = await operationList({
    ...{ operation: "user list", key: "users", title: t("people") },
    link: ({ user }) => `#/people/${encodeURIComponent(String(user))}`,
    buttons: [
      { operation: "user set", label: t("addUser") },
      { operation: "key issue", label: t("issueKey") },
    ],
  });
  const keys = await operationList({
    ...{ operation: "key list", key: "keys", title: t("keys") },
    link: ({ user }) => `#/people/${encodeURIComponent(String(user))}`,
  });
  await Promise.all([list.load({}), keys.load({})]);
  const search = searchField(t("searchPeople"), (text) => list.load({ text }));
  return [
    ...[h("div", { class: "bar" }, search, ...list.bar), list.table],
    section(t("keys"), note(t("keysText")), ...keys.elements),
  ];
}

/** @param {ScreenContext} context */
export async function person({ named: user, heading }) {
  const shown = h("div");
  const load = async () => {
    const found = await run("user show", { user });
    const names = [found.name, found.vcard, user].map(textOf).filter((each) => each !== "");
    fill(heading, names[0] ?? user);
    /** @type {[string, string][]} */
    const rows = ["user", "name", "pinyin", "department", "avatar", "vcard"].flatMap((each) =>
      found[each] === undefined || found[each] === ""
        ? []
        : [[t(/** @type {"name"} */ (each)), textOf(found[each])]],
    );
    const employed = found.employed === undefined ? t("notInDirectory") : t(found.employed ? "yes" : "no");
    fill(shown, facts([...rows, [t("employed"), employed]]));
    preset = found;
    await keys.load({});
  };
  /** @type {Row} */
  let preset = {};
  const change = () => openForm("user set", { label: t("change"), fixed: { user }, preset, done: load });
  const keys = await operationList({
    ...{
      operation: "key list",
      key: "keys",
      title: t("keys"),
      given: { user },
      hidden: ["user"],
      header: "resource",
    },
    buttons: [{ operation: "key issue", label: t("issueKey"), fixed: () => ({ user }) }],
    actions: [
      {
        operation: "key revoke",
        label: t("revoke"),
        fixed: ({ resource }) => ({ user, resource }),
      },
    ],
    changed: () => load(),
  });
  await load();
  return [
    h("p", {}, h("a", { href: "#/people" }, t("backToPeople"))),
    shown,
    h("div", { class: "buttons start" }, button(t("change"), change)),
    section(t("keys"), note(t("keysText")), ...keys.elements),
  ];
}
