/** One room: what it is, who is inside, who is what, its settings, and what an operator can do to it. */
/** @import { Affiliated, Affiliation, Occupant, Room } from "../types.js" */
/** @import { ScreenContext } from "../screen.js" */
import { get } from "../api.js";
import { fill, freshId, h } from "../dom.js";
import { dateTime, number } from "../format.js";
import { pagedList } from "../list.js";
import { t } from "../words.js";
import { affiliationsWord, affiliationWord, roleWord } from "./affiliations.js";
import { roomActions } from "./room-actions.js";
import { settingsForm } from "./room-settings.js";

/** @type {readonly Affiliation[]} */
const AFFILIATIONS = ["owner", "admin", "member", "outcast"];

/** @param {ScreenContext} context */
export async function room({ named, heading }) {
  const path = `rooms/${encodeURIComponent(named)}`;
  const facts = h("div");
  const settings = h("div");
  const inside = pagedList({
    path: `${path}/occupants`,
    key: "occupants",
    caption: t("inside"),
    empty: t("nobodyInside"),
    columns: [
      { title: t("nick"), isHeader: true, cell: (/** @type {Occupant} */ { nick }) => nick },
      { title: t("address"), cell: ({ account }) => account },
      { title: t("role"), cell: ({ role }) => roleWord(role) },
      { title: t("affiliation"), cell: ({ affiliation }) => affiliationWord(affiliation) },
      { title: t("sessions"), isNumber: true, cell: ({ sessions }) => number(sessions) },
      {
        title: t("actions"),
        cell: ({ nick, account }) =>
          h(
            "button",
            {
              type: "button",
              "aria-label": t("kickOne", { nick }),
              onclick: () => void actions.kick(nick, account),
            },
            t("kick"),
          ),
      },
    ],
  });
  const chosen = h(
    "select",
    { id: freshId("affiliation") },
    AFFILIATIONS.map((each) => h("option", { value: each }, affiliationsWord(each))),
  );
  const lists = h("div");
  /** @type {Room} */
  let found = await get(path);
  const reload = async () => {
    found = await get(path);
    fill(heading, found.title === "" ? found.name : found.title);
    fill(facts, factsOf(found));
    fill(settings, settingsForm(found, reload));
    for (const [place, each] of AFFILIATIONS.entries()) {
      fill(
        chosen.options[place] ?? chosen,
        `${affiliationsWord(each)} (${number(found.affiliations[each])})`,
      );
    }
    await Promise.all([inside.load(), showList()]);
  };
  const showList = async () => {
    const affiliation = /** @type {Affiliation} */ (chosen.value);
    const list = affiliatedList(path, affiliation, (jid) => void actions.affiliate(affiliation, jid));
    await list.load();
    fill(lists, list.element);
  };
  chosen.value = "owner";
  chosen.addEventListener("change", () => void showList());
  const actions = roomActions(found.address, () => found, reload);
  await reload();
  const change = h(
    "button",
    { type: "button", onclick: () => void actions.affiliate("member") },
    t("changeAffiliation"),
  );
  return [
    h("p", {}, h("a", { href: "#/rooms" }, t("backToRooms"))),
    facts,
    section(t("inside"), inside.element),
    section(
      t("affiliations"),
      h(
        "div",
        { class: "bar" },
        h("div", { class: "field" }, h("label", { for: chosen.id }, t("show")), chosen),
        change,
      ),
      lists,
    ),
    section(t("settings"), settings),
    section(t("moreActions"), actions.element),
  ];
}

/**
 * @param {string} path of the room
 * @param {Affiliation} affiliation
 * @param {(jid: string) => void} change
 */
function affiliatedList(path, affiliation, change) {
  return pagedList({
    path: `${path}/affiliations`,
    key: "users",
    query: { affiliation },
    caption: affiliationsWord(affiliation),
    empty: t("nobody"),
    columns: [
      { title: t("address"), isHeader: true, cell: (/** @type {Affiliated} */ { jid }) => jid },
      { title: t("nick"), cell: ({ nick }) => nick ?? "–" },
      { title: t("isInside"), cell: ({ isInside }) => t(isInside ? "yes" : "no") },
      { title: t("reason"), cell: ({ reason }) => reason ?? "–" },
      {
        title: t("actions"),
        cell: ({ jid }) =>
          h(
            "button",
            { type: "button", "aria-label": t("changeOne", { user: jid }), onclick: () => change(jid) },
            t("change"),
          ),
      },
    ],
  });
}

/** @param {Room} room */
function factsOf({ address, createdAt, isLocked, subject }) {
  const facts = [
    [t("address"), address],
    [t("made"), dateTime(createdAt)],
    ...(isLocked ? [[t("state"), t("locked")]] : []),
    [
      t("subject"),
      subject === null
        ? "–"
        : t("subjectBy", { text: subject.text, nick: subject.nick, time: dateTime(subject.at) }),
    ],
  ];
  return h(
    "dl",
    { class: "facts" },
    facts.map(([term, text]) => h("div", {}, h("dt", {}, term), h("dd", {}, text))),
  );
}

/**
 * @param {string} title
 * @param {...Node} content
 */
function section(title, ...content) {
  const id = freshId("section");
  return h("section", { "aria-labelledby": id }, h("h2", { id }, title), content);
}
