/** The screen of a room: its occupants, affiliations and settings, and the operators' actions. */
/** @import { Affiliated, Affiliation, Occupant, Room } from "../types.js" */
/** @import { ScreenContext } from "../screen.js" */
import { get } from "../api.js";
import { button, facts, fill, freshId, h, section } from "../dom.js";
import { dateTime, number } from "../format.js";
import { pagedList } from "../list.js";
import { t } from "../texts.js";
import { AFFILIATION, AFFILIATIONS, ROLES } from "./labels.js";
import { roomActions } from "./room-actions.js";
import { settingsForm } from "./room-settings.js";

/** @type {readonly Affiliation[]} */
const LISTED = ["owner", "admin", "member", "outcast"];

/** @param {ScreenContext} context */
export async function room({ named, heading }) {
  const path = `rooms/${encodeURIComponent(named)}`;
  const summary = h("div");
  const settings = h("div");
  const inside = pagedList({
    path: `${path}/occupants`,
    key: "occupants",
    caption: t("occupants"),
    empty: t("nobodyInside"),
    columns: [
      { title: t("nick"), isHeader: true, cell: (/** @type {Occupant} */ { nick }) => nick },
      { title: t("address"), cell: ({ account }) => account },
      { title: t("role"), cell: ({ role }) => ROLES[role] },
      { title: t("affiliation"), cell: ({ affiliation }) => AFFILIATION[affiliation] },
      { title: t("sessions"), isNumber: true, cell: ({ sessions }) => number(sessions) },
      {
        title: t("actions"),
        cell: (occupant) =>
          button(t("kick"), () => actions.kick(occupant), {
            "aria-label": t("kickOne", { nick: occupant.nick }),
          }),
      },
    ],
  });
  const options = LISTED.map((each) => h("option", { value: each }));
  const chosen = h("select", { id: freshId("affiliation") }, options);
  const lists = h("div");
  /** @type {Room} */
  let found = await get(path);
  const reload = async () => {
    found = await get(path);
    fill(heading, found.title === "" ? found.name : found.title);
    fill(summary, factsOf(found));
    fill(settings, settingsForm(found, reload));
    for (const [index, each] of LISTED.entries()) {
      fill(options[index] ?? chosen, `${AFFILIATIONS[each]} (${number(found.affiliations[each])})`);
    }
    await Promise.all([inside.load(), showList()]);
  };
  const showList = async () => {
    const affiliation = /** @type {Affiliation} */ (chosen.value);
    const list = affiliatedList(path, affiliation, (jid) => actions.affiliate(affiliation, jid));
    await list.load();
    fill(lists, list.element);
  };
  chosen.addEventListener("change", () => void showList());
  const actions = roomActions(found.address, () => found, reload);
  await reload();
  return [
    h("p", {}, h("a", { href: "#/rooms" }, t("backToRooms"))),
    summary,
    section(t("occupants"), inside.element),
    section(
      t("affiliations"),
      h(
        "div",
        { class: "bar" },
        h("div", { class: "field" }, h("label", { for: chosen.id }, t("show")), chosen),
        button(t("changeAffiliation"), () => actions.affiliate("member")),
      ),
      lists,
    ),
    section(t("settings"), settings),
    section(t("moreActions"), actions.element),
  ];
}

/**
 * Makes the list of users with an affiliation.
 * @param {string} path the path of the room below /console/api/
 * @param {Affiliation} affiliation
 * @param {(jid: string) => unknown} change called with a user's address, to change the user's affiliation
 */
function affiliatedList(path, affiliation, change) {
  return pagedList({
    path: `${path}/affiliations`,
    key: "users",
    query: { affiliation },
    caption: AFFILIATIONS[affiliation],
    empty: t("noUsers"),
    columns: [
      { title: t("address"), isHeader: true, cell: (/** @type {Affiliated} */ { jid }) => jid },
      { title: t("nick"), cell: ({ nick }) => nick ?? "–" },
      { title: t("isInside"), cell: ({ isInside }) => t(isInside ? "yes" : "no") },
      { title: t("reason"), cell: ({ reason }) => reason ?? "–" },
      {
        title: t("actions"),
        cell: ({ jid }) =>
          button(t("change"), () => change(jid), { "aria-label": t("changeOne", { user: jid }) }),
      },
    ],
  });
}

/** @param {Room} room */
function factsOf({ address, createdAt, isLocked, subject }) {
  /** @type {[string, string][]} */
  const state = isLocked ? [[t("state"), t("locked")]] : [];
  return facts([
    [t("address"), address],
    [t("created"), dateTime(createdAt)],
    ...state,
    [t("subject"), subject === null ? "" : t("subjectBy", { ...subject, time: dateTime(subject.at) })],
  ]);
}
