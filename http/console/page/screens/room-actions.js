/** Actions on a room and its occupants. Each shows a dialog first, which says what will be lost. */
/** @import { Affiliation, Occupant, Room } from "../types.js" */
import { post } from "../api.js";
import { ask } from "../dialog.js";
import { button, h, note } from "../dom.js";
import { number } from "../format.js";
import { showDone } from "../notice.js";
import { t } from "../texts.js";
import { AFFILIATION } from "./labels.js";

/** @typedef {import("../dialog.js").Filled} Filled */

/**
 * @param {string} room the room's address
 * @param {() => Room} current returns the room as it was last read
 * @param {() => Promise<unknown>} reload reads the room again and shows it
 */
export function roomActions(room, current, reload) {
  const reasonField = { name: "reason", label: t("reason"), help: t("reasonHelp") };

  /**
   * @param {string} operation
   * @param {object} body the operation's arguments, without the room
   */
  const run = async (operation, body) => {
    const answer = await post(`rooms-do/${operation}`, { room, ...body });
    if (operation === "destroy") showDone(answer, "next");
    else {
      await reload();
      showDone(answer);
    }
  };
  /** @param {Filled} filled */
  const reasonIn = ({ reason = "" }) => (reason === "" ? {} : { reason });

  /** @param {Occupant} occupant */
  const kick = ({ nick, account }) =>
    ask({
      title: t("kickOne", { nick }),
      text: h("p", {}, t("kickText", { nick, account })),
      fields: [reasonField],
      verb: t("kick"),
      isDangerous: true,
      run: (filled) => run("kick", { occupants: [nick], ...reasonIn(filled) }),
    });

  /**
   * @param {Affiliation} affiliation the affiliation that the dialog preselects
   * @param {string} [jid] the user's address, which the dialog fills in
   */
  const affiliate = (affiliation, jid = "") =>
    ask({
      title: t("changeAffiliation"),
      text: note(t("affiliationText")),
      fields: [
        {
          name: "users",
          label: t("users"),
          type: "textarea",
          help: t("usersHelp"),
          isRequired: true,
          value: jid,
        },
        {
          name: "affiliation",
          label: t("affiliation"),
          value: affiliation,
          choices: Object.entries(AFFILIATION).map(([value, label]) => ({ value, label })),
        },
        reasonField,
      ],
      verb: t("change"),
      run: ({ affiliation, users, ...filled }) =>
        run("affiliation", { affiliation, users: linesOf(users), ...reasonIn(filled) }),
    });

  const announce = () =>
    ask({
      title: t("announce"),
      text: note(t("announceText", { room })),
      fields: [{ name: "text", label: t("text"), type: "textarea", isRequired: true }],
      verb: t("announce"),
      run: ({ text }) => run("announce", { text }),
    });

  const handOver = () =>
    ask({
      title: t("handOver"),
      text: h("p", {}, t("handOverText")),
      fields: [
        { name: "owners", label: t("newOwners"), type: "textarea", help: t("usersHelp"), isRequired: true },
      ],
      verb: t("handOver"),
      run: ({ owners }) => run("hand-over", { owners: linesOf(owners) }),
    });

  const purge = () =>
    ask({
      title: t("purge"),
      text: h("p", {}, t("purgeText", { room })),
      fields: [{ name: "before", label: t("before"), help: t("beforeHelp"), type: "datetime-local" }],
      verb: t("purge"),
      isDangerous: true,
      run: ({ before = "" }) => run("purge", before === "" ? {} : { before: new Date(before).toISOString() }),
    });

  const destroy = async () => {
    const { affiliations, inside } = current();
    const members = number(affiliations.owner + affiliations.admin + affiliations.member);
    const isDone = await ask({
      title: t("destroyTitle", { room }),
      text: h("p", {}, t("destroyText", { members, inside: number(inside) })),
      fields: [{ name: "alternate", label: t("alternate"), help: t("alternateHelp") }, reasonField],
      verb: t("destroy"),
      isDangerous: true,
      run: ({ alternate = "", ...filled }) =>
        run("destroy", { ...(alternate !== "" && { alternate }), ...reasonIn(filled) }),
    });
    if (isDone) location.hash = "#/rooms";
  };

  const element = h(
    "div",
    { class: "buttons start" },
    button(t("announce"), announce),
    button(t("handOver"), handOver),
    button(t("purge"), purge, { class: "danger" }),
    button(t("destroy"), destroy, { class: "danger" }),
  );
  return { element, kick, affiliate };
}

/** @param {string} [text] */
function linesOf(text = "") {
  return text.split(/[\s,;]+/).filter((line) => line !== "");
}
