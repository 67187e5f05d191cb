/** The overview: open alerts, the state of link, server and queue, and plots of the last hour. */
/** @import { Point, State } from "../types.js" */
/** @import { ScreenContext } from "./lists.js" */
/** @import { Child } from "../dom.js" */
/** @import { Series } from "../plot.js" */
/** @import { TextKey } from "../texts.js" */
import { fill, h, note, update } from "../dom.js";
import { dateTime, duration, number, quantity, stanzas } from "../format.js";
import { plot } from "../plot.js";
import { t, wordOf } from "../texts.js";
import { openAlerts } from "./alerts.js";

/** How many single lines a plot has at most. One more line is the total of all others, which have the smallest sums. */
const LINES = 5;

/** @typedef {"openAlerts" | "takenAlerts" | "waiting" | "oldest" | "accepted" | "acknowledged" | "bounced" | "roundTrip"} Value */

/**
 * The plots: title, unit, and lines. "calls" and "refused" have a line for each name; other lines have a label and a
 * value of the points.
 * @type {readonly [TextKey, TextKey, "calls" | "refused" | readonly [TextKey, Value][]][]}
 */
const PLOTS = [
  [
    "openAlerts",
    "inAlerts",
    [
      ["notTaken", "openAlerts"],
      ["taken", "takenAlerts"],
    ],
  ],
  ["calls", "perSecond", "calls"],
  ["refusedCalls", "perSecond", "refused"],
  ["queue", "stanzas", [["waiting", "waiting"]]],
  ["oldest", "inSeconds", [["oldestAge", "oldest"]]],
  [
    "deliveries",
    "perSecond",
    [
      ["queued", "accepted"],
      ["acknowledged", "acknowledged"],
      ["bounced", "bounced"],
    ],
  ],
  ["roundTrip", "inMilliseconds", [["roundTripMean", "roundTrip"]]],
];

/** @param {ScreenContext} context */
export async function overview(context) {
  const { live, signal } = context;
  const alerts = await openAlerts(context);
  const trouble = h("p", { role: "alert", "data-variant": "danger" });
  const stale = note();
  const closed = note();
  const tiles = h("dl", { class: "tiles grid" });
  const plots = PLOTS.map(([title, unit, lines]) => ({
    plot: plot(t(title), t(unit), signal),
    series: (/** @type {readonly Point[]} */ points) =>
      typeof lines === "string"
        ? byName(points, lines)
        : lines.map(([label, key]) => ({ label: t(label), values: points.map((point) => point[key]) })),
  }));
  const show = () => {
    const { state, connection, points } = live;
    const isStale = state !== undefined && connection !== "live";
    tiles.classList.toggle("stale", isStale);
    fill(stale, isStale && t("asOf", { time: dateTime(state.at) }));
    if (state !== undefined) update(tiles, tilesOf(state));
    update(trouble, troubleIn(state));
    const { opening } = state ?? {};
    update(closed, opening !== undefined && [t("callsClosed"), " ", h("code", {}, opening)]);
    const times = points.map(({ at }) => at / 1000);
    for (const { plot, series } of plots) plot.update(times, series(points));
  };
  live.addEventListener("change", show, { signal });
  show();
  const elements = plots.map(({ plot: { element } }) => element);
  return [trouble, alerts, closed, stale, tiles, h("div", { class: "plots grid" }, elements)];
}

/**
 * Returns a line for each of the names with the largest sums, and one line for all others together.
 * @param {readonly Point[]} points
 * @param {"calls" | "refused"} key the property with values by name
 * @returns {Series[]}
 */
function byName(points, key) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const point of points) {
    for (const [name, value] of Object.entries(point[key])) sums.set(name, (sums.get(name) ?? 0) + value);
  }
  const names = [...sums].sort(([, one], [, other]) => other - one).map(([name]) => name);
  const own = names.length > LINES + 1 ? names.slice(0, LINES) : names;
  const rest = names.slice(own.length);
  const lines = own.sort().map((name) => ({
    label: key === "refused" ? wordOf("kind", name) : name,
    values: points.map((point) => point[key][name] ?? 0),
  }));
  if (rest.length === 0) return lines;
  const sumOf = (/** @type {Point} */ point) => rest.reduce((sum, name) => sum + (point[key][name] ?? 0), 0);
  return [...lines, { label: t("others"), values: points.map(sumOf) }];
}

/** Returns why the component isn't ready, and that memory is short. @param {State | undefined} state */
function troubleIn(state) {
  const { ready = true, reason = state?.link.reason ?? t("notReady"), memoryShort } = state ?? {};
  const text = [!ready && reason, memoryShort && t("memoryShort")].filter(Boolean).join(" ");
  const sentence = text === "" || /[.。]$/.test(text) ? text : `${text}.`;
  return [sentence, ...(ready ? [] : [" ", t("runDoctor"), " ", h("code", {}, "qtalk-component doctor")])];
}

/** @param {State} state */
function tilesOf({ at, alerts, link, server, component, queue, hooks, roundTrip, rooms, block, totals }) {
  const name =
    server === undefined ? t("unknown") : [server.name ?? server.host, server.version].join(" ").trim();
  const since = server?.upSince;
  const upFor = (/** @type {number} */ start) => t("upFor", { time: duration((at - start) / 1000) });
  const isUp = link.kind === "up";
  // If the link is down, values that came from the server are marked as old.
  const before = (/** @type {string | undefined} */ text) => (isUp ? text : t("beforeLoss"));
  const linkState = h("span", { class: `state ${link.kind}` }, wordOf("link", link.kind));
  const deadLetters = h("a", { href: "#/dead-letters" }, number(queue.deadLetters));
  const events = { waiting: number(hooks.waiting), dead: number(hooks.deadLetters) };
  const counts = { queued: number(totals.accepted), bounced: number(totals.bounced) };
  const all = h("a", { href: "#/alerts" }, number(alerts.open + alerts.taken));
  const byState = { open: number(alerts.open), taken: number(alerts.taken) };
  return [
    tile(t("openAlerts"), all, t("openAndTaken", byState)),
    tile(t("link"), linkState, link.peer ?? link.service),
    tile(t("server"), name, before(since === undefined ? server?.host : upFor(since)), !isUp),
    tile(
      t("roundTrip"),
      roundTrip === null ? "–" : t("milliseconds", { n: quantity(roundTrip) }),
      before(t("roundTripNote")),
      !isUp,
    ),
    tile(
      t("longestBlock"),
      t("milliseconds", { n: quantity(block.ms) }),
      t("longestBlockNote", { work: block.work === "other work" ? t("otherWork") : block.work }),
    ),
    tile(
      t("queue"),
      stanzas(queue.waiting),
      [
        queue.parked > 0 && t("parkedN", { n: number(queue.parked) }),
        queue.waiting + queue.parked > 0 && t("oldestFor", { time: duration(queue.oldest) }),
      ]
        .filter((text) => text !== false)
        .join("; ") || t("queueEmpty"),
    ),
    tile(t("deadLetters"), deadLetters, t("deadLettersNote")),
    tile(t("hooks"), h("a", { href: "#/hooks" }, number(hooks.all)), t("hooksState", events)),
    tile(
      t("rooms"),
      h("a", { href: "#/rooms" }, number(rooms.all)),
      t("loaded", { n: number(rooms.loaded) }),
    ),
    tile(t("acknowledgedTotal"), number(totals.acknowledged), t("queuedAndBounced", counts)),
    tile(t("component"), component.version, upFor(component.startedAt)),
  ];
}

/** @param {string} title @param {Child} value @param {string | undefined} text @param {boolean} [isStale] */
function tile(title, value, text, isStale = false) {
  return h(
    "div",
    { class: isStale ? "card stale" : "card" },
    h("dt", {}, title),
    h("dd", { class: "value" }, value),
    text !== undefined && h("dd", { class: "text-light" }, text),
  );
}
