/** The screen of a room: its occupants, users and settings, and the operations on it. */
/** @import { ScreenContext } from "../screen.js" */
/** @import { Row } from "../types.js" */
import { button, facts, fill, h, section } from "../dom.js";
import { dateTime, number, textOf } from "../format.js";
import { openForm, operationList, run } from "../operations.js";
import { t } from "../texts.js";
import { AFFILIATION, ROLES } from "./labels.js";
import { settingsForm } from "./room-settings.js";

/** The operations that change affiliations, with their buttons. @type {[string, import("../texts.js").TextKey][]} */
const AFFILIATE = [
  ["room member", "member"],
  ["room admin", "administrator"],
  ["room owner", "owner"],
  ["room ban", "ban"],
  ["room expel", "expel"],
];

/** @param {ScreenContext} context */
export async function room({ named, heading }) {
  const summary = h("div");
  const settings = h("div");
  /** @type {Row} */
  let found = await run("room show", { room: named, limit: 0 });
  const room = String(found.room);
  const reload = async () => {
    found = await run("room show", { room, limit: 0 });
    fill(heading, String(found.title === "" ? room.split("@")[0] : found.title));
    fill(summary, factsOf(found));
    fill(settings, settingsForm(found, reload));
    await Promise.all([inside.load({}), users.load({})]);
  };
  const words = {
    role: (/** @type {unknown} */ role) => ROLES[/** @type {"visitor"} */ (role)],
    affiliation: (/** @type {unknown} */ each) => AFFILIATION[/** @type {"owner"} */ (each)],
  };
  const inside = await operationList({
    ...{ operation: "room occupants", key: "occupants", title: t("occupants"), given: { room }, words },
    actions: [
      { operation: "room kick", label: t("kick"), fixed: ({ nick }) => ({ room, occupants: [nick] }) },
    ],
    changed: reload,
  });
  const users = await operationList({
    ...{ operation: "room users", key: "users", title: t("affiliations"), given: { room }, words },
    actions: AFFILIATE.map(([operation, label]) => ({
      ...{ operation, label: t(label), fixed: ({ user }) => ({ room, users: [user] }) },
      when: ({ affiliation }) => operation === "room expel" || affiliation !== affiliationOf(operation),
    })),
    changed: reload,
  });
  const add = AFFILIATE.slice(0, 4).map(([operation, label]) =>
    button(t("addTo", { list: t(label) }), () =>
      openForm(operation, { label: t(label), fixed: { room }, done: reload }),
    ),
  );
  /** @param {string} operation @param {import("../texts.js").TextKey} label @param {object} [more] */
  const action = (operation, label, more = {}) =>
    button(t(label), () => openForm(operation, { label: t(label), fixed: { room }, done: reload, ...more }), {
      ...(/purge|destroy/.test(operation) && { class: "danger" }),
    });
  const destroy = () => {
    const { members, admins, owners, inside: sessions } = found;
    const count = Number(members) + Number(admins) + Number(owners);
    return openForm("room destroy", {
      ...{ label: t("destroy"), fixed: { room }, isNext: true },
      text: h("p", {}, t("destroyText", { members: number(count), inside: number(Number(sessions)) })),
      done: () => (location.hash = "#/rooms"),
    });
  };
  await reload();
  return [
    h("p", {}, h("a", { href: "#/rooms" }, t("backToRooms"))),
    summary,
    section(t("occupants"), ...inside.elements),
    section(t("affiliations"), h("div", { class: "buttons start" }, add), ...users.elements),
    section(t("settings"), settings),
    section(
      t("moreActions"),
      h(
        "div",
        { class: "buttons start" },
        action("room announce", "announce", { only: ["announcement"] }),
        action("room hand-over", "handOver"),
        action("room purge", "purge"),
        button(t("destroy"), destroy, { class: "danger" }),
      ),
    ),
  ];
}

/** @param {string} operation */
function affiliationOf(operation) {
  const verb = operation.slice("room ".length);
  return verb === "ban" ? "outcast" : verb;
}

/** @param {Row} room */
function factsOf({ room, created, locked, subject, subject_by: nick, subject_at: at, messages }) {
  const by = { text: textOf(subject), nick: textOf(nick), time: dateTime(Number(at ?? 0)) };
  return facts([
    [t("address"), String(room)],
    [t("created"), dateTime(Number(created))],
    ...(locked === true ? [/** @type {[string, string]} */ ([t("state"), t("locked")])] : []),
    [t("subject"), subject === undefined ? "" : t("subjectBy", by)],
    [t("archived"), number(Number(messages))],
  ]);
}
