/** What an operator can do to a room and to those in it; each asks first, and says what will be lost. */
/** @import { Affiliation, Room } from "../types.js" */
import { post } from "../api.js";
import { ask } from "../dialog.js";
import { h } from "../dom.js";
import { told } from "../notice.js";
import { counted, t } from "../words.js";
import { affiliationWord } from "./affiliations.js";

/** @typedef {import("../dialog.js").Filled} Filled */

/**
 * @param {string} room its address
 * @param {() => Room} current as it was last read
 * @param {() => Promise<unknown>} reload shows what has become of it
 */
export function roomActions(room, current, reload) {
  const reasonField = { name: "reason", label: t("reason"), help: t("reasonHelp") };

  /**
   * @param {string} operation
   * @param {object} body
   */
  const run = async (operation, body) => {
    const answer = await post(`rooms-do/${operation}`, { room, ...body });
    if (operation === "destroy") told(answer, "next");
    else {
      await reload();
      told(answer);
    }
  };
  /** @param {Filled} filled */
  const reasonIn = ({ reason = "" }) => (reason === "" ? {} : { reason });

  /**
   * @param {string} nick
   * @param {string} account
   */
  const kick = (nick, account) =>
    ask({
      title: t("kickOne", { nick }),
      text: h("p", {}, t("kickText", { nick, account })),
      fields: [reasonField],
      verb: t("kick"),
      isDangerous: true,
      run: (filled) => run("kick", { occupants: [nick], ...reasonIn(filled) }),
    });

  /**
   * @param {Affiliation} current
   * @param {string} [jid] somebody who has it
   */
  const affiliate = (current, jid) =>
    ask({
      title: t("changeAffiliation"),
      text: h("p", { class: "soft" }, t("affiliationText")),
      fields: [
        {
          name: "users",
          label: t("people"),
          type: "textarea",
          help: t("usersHelp"),
          isRequired: true,
          value: jid ?? "",
        },
        {
          name: "affiliation",
          label: t("affiliation"),
          value: current,
          choices: /** @type {const} */ (["owner", "admin", "member", "none", "outcast"]).map((value) => ({
            value,
            label: affiliationWord(value),
          })),
        },
        reasonField,
      ],
      verb: t("change"),
      run: (filled) =>
        run("affiliation", {
          affiliation: filled.affiliation,
          users: linesOf(filled.users),
          ...reasonIn(filled),
        }),
    });

  const announce = () =>
    ask({
      title: t("announce"),
      text: h("p", { class: "soft" }, t("announceText", { room })),
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
    const members = counted(
      "memberOne",
      "membersN",
      affiliations.owner + affiliations.admin + affiliations.member,
    );
    const lost = { members, inside: counted("sessionOne", "sessionsN", inside) };
    const isDone = await ask({
      title: t("destroyTitle", { room }),
      text: h("p", {}, t("destroyText", lost)),
      fields: [{ name: "alternate", label: t("alternate"), help: t("alternateHelp") }, reasonField],
      verb: t("destroy"),
      isDangerous: true,
      run: ({ alternate = "", ...filled }) =>
        run("destroy", { ...(alternate !== "" && { alternate }), ...reasonIn(filled) }),
    });
    if (isDone) location.hash = "#/rooms";
  };

  const button = (
    /** @type {string} */ label,
    /** @type {() => Promise<unknown>} */ act,
    isDangerous = false,
  ) =>
    h(
      "button",
      { type: "button", class: isDangerous ? "danger" : undefined, onclick: () => void act() },
      label,
    );
  const element = h(
    "div",
    { class: "buttons start" },
    button(t("announce"), announce),
    button(t("handOver"), handOver),
    button(t("purge"), purge, true),
    button(t("destroy"), destroy, true),
  );
  return { element, kick, affiliate };
}

/**
 * Several, one a line or with commas.
 * @param {string} [text]
 */
function linesOf(text = "") {
  return text.split(/[\s,;]+/).filter((line) => line !== "");
}
