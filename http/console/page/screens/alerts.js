/** The screen of alerts: the open ones, who has taken them, and who is on duty. */
/** @import { List } from "../list.js" */
/** @import { Row } from "../types.js" */
/** @import { ScreenContext } from "./lists.js" */
/** @import { TextKey } from "../texts.js" */
import { h } from "../dom.js";
import { listsOf } from "../list.js";
import { t } from "../texts.js";

/**
 * The operations on an alert that is open, with their labels, and whether a row has them. Several people may take the
 * same alert.
 * @type {readonly (readonly [verb: string, label: TextKey, when: (row: Row) => boolean])[]}
 */
const VERBS = [
  ["take", "take", () => true],
  ["drop", "giveBack", ({ state }) => state === "taken"],
  ["mute", "mute", ({ silenced_until: until }) => until === undefined],
  ["unmute", "unmute", ({ silenced_until: until }) => until !== undefined],
  ["resolve", "resolve", () => true],
];

/** @type {List} */
const OPEN = {
  operation: "alert list",
  key: "alerts",
  header: "title",
  hidden: ["id", "hook", "unsaid"],
  actions: VERBS.map(([verb, label, when]) => ({
    operation: `alert ${verb}`,
    label: t(label),
    row: ({ id }) => ({ alert: String(id) }),
    when,
  })),
};

/** @type {List} */
const ROSTERS = {
  operation: "duty list",
  key: "rosters",
  buttons: [{ operation: "duty set", label: t("addRoster") }],
  actions: ["set", "cover", "swap", "remove"].map((verb) => ({
    operation: `duty ${verb}`,
    row: ({ name }) => ({ name }),
  })),
};

/** @param {ScreenContext} context */
export async function alerts(context) {
  return (await following(context, OPEN, ROSTERS)).elements;
}

/**
 * Makes the list of open alerts for the overview, which is hidden while there are none.
 * @param {ScreenContext} context
 */
export async function openAlerts(context) {
  const { live, signal } = context;
  const { elements } = await following(context, OPEN);
  const shown = h("div", {}, elements);
  const show = () => {
    const { open, taken } = live.state?.alerts ?? { open: 0, taken: 0 };
    shown.hidden = open + taken === 0;
  };
  live.addEventListener("change", show, { signal });
  show();
  return shown;
}

/**
 * Makes lists that are loaded again when something has happened to an alert, except while the user is in them: the
 * keyboard isn't taken from a button, nor a form's button from under it.
 * @param {ScreenContext} context
 * @param {...List} lists
 */
async function following({ live, signal }, ...lists) {
  let shown = live.state?.alerts.change;
  const made = await listsOf(lists, () => made.load());
  const follow = () => {
    const change = live.state?.alerts.change;
    if (live.connection !== "live" || change === shown || isUsed()) return;
    shown = change;
    void made.load();
  };
  const isUsed = () =>
    document.querySelector("dialog[open]") !== null ||
    made.elements.some((each) => each instanceof Node && each.contains(document.activeElement));
  live.addEventListener("change", follow, { signal });
  return made;
}
