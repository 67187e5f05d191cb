/** The screen of a room: its occupants, users and settings, and the operations on it. */
/** @import { ScreenContext } from "./lists.js" */
/** @import { RoomOption, Row } from "../types.js" */
/** @import { Action } from "../operations.js" */
import { described, run } from "../api.js";
import { fill, h, regainFocus, section } from "../dom.js";
import { form } from "../form.js";
import { number } from "../format.js";
import { listsOf } from "../list.js";
import { clearNotice, showDone } from "../messages.js";
import { actionButton, factsOf } from "../operations.js";
import { language, t } from "../texts.js";

/**
 * The operations that give affiliations, with the button beside the list.
 * @type {readonly (readonly [verb: string, affiliation: string, add: import("../texts.js").TextKey])[]}
 */
const AFFILIATE = [
  ["member", "member", "addMember"],
  ["admin", "admin", "addAdmin"],
  ["owner", "owner", "addOwner"],
  ["ban", "outcast", "banUser"],
];

/** @param {ScreenContext} context */
export async function room({ named, heading }) {
  const [summary, settings] = [h("div"), h("div")];
  const { result } = described("room show");
  let found = await run("room show", { room: named, limit: 0 });
  const room = String(found.room);
  const load = () => {
    fill(heading, String(found.title === "" ? room.split("@")[0] : found.title));
    fill(summary, factsOf(result, found));
    fill(settings, settingsForm(found, reload));
  };
  const lost = () => {
    const members = number(
      ["members", "admins", "owners"].reduce((sum, each) => sum + Number(found[each]), 0),
    );
    return h("p", {}, t("destroyText", { members, inside: number(Number(found.inside)) }));
  };
  const reload = async () => {
    found = await run("room show", { room, limit: 0 });
    load();
    await lists.load();
  };
  /** @type {readonly Action[]} */
  const actions = [
    { operation: "room announce", fixed: { room }, only: ["announcement"] },
    { operation: "room hand-over", fixed: { room } },
    { operation: "room purge", fixed: { room } },
    { operation: "room destroy", fixed: { room }, text: lost, done: () => (location.hash = "#/rooms") },
  ];
  const more = actions.map((action) => actionButton(action, reload));
  /** @param {string} verb @param {(has: unknown) => boolean} has @param {string} [label] @returns {Action} */
  const affiliate = (verb, has, label) => ({
    operation: `room ${verb}`,
    ...(label !== undefined && { label }),
    fixed: { room },
    row: ({ user }) => ({ users: [user] }),
    when: ({ affiliation }) => has(affiliation),
  });
  const lists = await listsOf(
    [
      {
        operation: "room occupants",
        key: "occupants",
        given: { room },
        actions: [{ operation: "room kick", row: ({ nick }) => ({ room, occupants: [nick] }) }],
      },
      {
        operation: "room users",
        key: "users",
        given: { room },
        buttons: AFFILIATE.map(([verb, , add]) => ({
          operation: `room ${verb}`,
          fixed: { room },
          label: t(add),
        })),
        actions: [
          ...AFFILIATE.map(([verb, affiliation]) => affiliate(verb, (has) => has !== affiliation)),
          affiliate("expel", (has) => has !== "outcast"),
          affiliate("expel", (has) => has === "outcast", t("unban")),
        ],
      },
    ],
    () => reload(),
  );
  load();
  return [
    h("p", {}, h("a", { href: "#/rooms" }, t("rooms"))),
    summary,
    ...lists.elements,
    section(t("settings"), settings),
    section(t("moreActions"), h("div", { class: "hstack" }, more)),
  ];
}

/**
 * Makes the form for a room's configuration (XEP-0045 §10.2). It sends only fields that the user changed.
 * @param {Row} shown the result of `room show`
 * @param {() => Promise<unknown>} reload reads the room again and shows it
 */
function settingsForm({ room, options }, reload) {
  const shown = /** @type {RoomOption[]} */ (options).filter(
    ({ type }) => !["fixed", "hidden"].includes(type),
  );
  const element = form({
    fields: shown.map(fieldOf),
    presets: Object.fromEntries(shown.map(({ option, values }) => [option, values])),
    verb: t("save"),
    run: async (changed) => {
      clearNotice();
      if (Object.keys(changed).length === 0) {
        showDone(t("nothingChanged"), false, language);
        return;
      }
      const { message } = await run("room set", { room, options: changed });
      await reload();
      regainFocus();
      showDone(message);
    },
  });
  element.classList.add("card");
  return element;
}

/** @param {RoomOption} option @returns {import("../types.js").Field} */
function fieldOf({ option, label, zh, type, open, choices }) {
  const labelled = choices.map((each) => ({
    value: each.value,
    label: (language === "zh" ? each.zh : undefined) ?? each.label,
  }));
  return {
    name: option,
    label: { en: label, zh },
    kind: type === "boolean" ? "boolean" : /^(?:jid|list)-multi$/.test(type) ? "list" : "text",
    isRequired: type === "list-single" && !open,
    choices: open ? [] : labelled,
    ...(type === "boolean" && { default: false }),
    ...(type === "text-private" && { secret: true }),
  };
}
