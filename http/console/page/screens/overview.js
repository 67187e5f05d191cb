/** What is happening: how link, server and queue stand, and the last hour's plots. */
/** @import { Point, State } from "../types.js" */
/** @import { ScreenContext } from "../screen.js" */
/** @import { Series } from "../plot.js" */
import { fill, h, update } from "../dom.js";
import { dateTime, duration, number, quantity } from "../format.js";
import { plot } from "../plot.js";
import { counted, t } from "../words.js";
import { kindWord, linkWord } from "./kinds.js";

/** So many lines are told apart; the least are added up in the last. */
const LINES = 5;

/** @param {ScreenContext} context */
export function overview({ live, signal }) {
  const trouble = h("div", { role: "alert" });
  const headline = h("p", { class: "headline" });
  const stale = h("p", { class: "soft" });
  const tiles = h("dl", { class: "tiles" });
  const rate = t("aSecond");
  const plots = [
    {
      plot: plot({ title: t("calls"), unit: rate, rows: t("callsInPeriod"), period: "sum" }, signal),
      lines: (/** @type {Point[]} */ points) => byName(points, "calls"),
    },
    {
      plot: plot({ title: t("refusals"), unit: rate, rows: t("refusalsInPeriod"), period: "sum" }, signal),
      lines: (/** @type {Point[]} */ points) => byName(points, "refused"),
    },
    {
      plot: plot({ title: t("queue"), unit: t("stanzas"), rows: t("mostInPeriod"), period: "most" }, signal),
      lines: (/** @type {Point[]} */ points) => [
        { label: t("waiting"), values: points.map(({ waiting }) => waiting) },
      ],
    },
    {
      plot: plot(
        { title: t("oldest"), unit: t("inSeconds"), rows: t("mostInPeriod"), period: "most" },
        signal,
      ),
      lines: (/** @type {Point[]} */ points) => [
        { label: t("oldestWaiting"), values: points.map(({ oldest }) => oldest) },
      ],
    },
    {
      plot: plot({ title: t("deliveries"), unit: rate, rows: t("stanzasInPeriod"), period: "sum" }, signal),
      lines: (/** @type {Point[]} */ points) => [
        { label: t("queued"), values: points.map(({ accepted }) => accepted) },
        { label: t("confirmed"), values: points.map(({ confirmed }) => confirmed) },
        { label: t("bounced"), values: points.map(({ bounced }) => bounced) },
      ],
    },
    {
      plot: plot(
        { title: t("roundTrip"), unit: t("inMilliseconds"), rows: t("mostInPeriod"), period: "most" },
        signal,
      ),
      lines: (/** @type {Point[]} */ points) => [
        { label: t("roundTripMean"), values: points.map(({ roundTrip }) => roundTrip) },
      ],
    },
  ];
  const showState = () => {
    const { state, connection } = live;
    const isStale = state !== undefined && connection !== "live";
    tiles.classList.toggle("stale", isStale);
    fill(stale, isStale && t("asOf", { time: dateTime(state.at) }));
    if (state !== undefined) update(tiles, tilesOf(state));
    update(headline, state !== undefined && !state.ready && state.queue.waiting > 0 && waitingIn(state));
    showTrouble(trouble, state);
  };
  const showPoints = () => {
    const times = live.points.map(({ at }) => at / 1000);
    for (const { plot, lines } of plots) plot.update(times, lines(live.points));
  };
  live.addEventListener("state", showState, { signal });
  live.addEventListener("connection", showState, { signal });
  live.addEventListener("points", showPoints, { signal });
  showState();
  // Once they are in the page, and have a width.
  queueMicrotask(() => requestAnimationFrame(showPoints));
  return [
    headline,
    trouble,
    stale,
    tiles,
    h(
      "div",
      { class: "plots" },
      plots.map(({ plot: { element } }) => element),
    ),
  ];
}

/**
 * Those of most calls as lines of their own, the others as one.
 * @param {readonly Point[]} points
 * @param {"calls" | "refused"} key
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
    label: key === "refused" ? kindWord(name) : name,
    values: points.map((point) => point[key][name] ?? 0),
  }));
  if (rest.length === 0) return lines;
  const sumOf = (/** @type {Point} */ point) => rest.reduce((sum, name) => sum + (point[key][name] ?? 0), 0);
  return [...lines, { label: t("others"), values: points.map(sumOf) }];
}

/**
 * Said once, when it comes: a live region that is filled anew each time would be read out each time.
 * @param {HTMLElement} trouble
 * @param {State | undefined} state
 */
function showTrouble(trouble, state) {
  const sentences =
    state === undefined
      ? []
      : [
          ...(state.ready ? [] : [state.reason ?? state.link.reason ?? t("notReady")]),
          ...(state.memoryShort ? [t("memoryShort")] : []),
        ];
  const text = sentences.join(" ");
  if (trouble.dataset.text === text) return;
  trouble.dataset.text = text;
  if (text === "") fill(trouble);
  else
    fill(
      trouble,
      h(
        "p",
        { class: "fault" },
        /[.。]$/.test(text) ? text : `${text}.`,
        " ",
        t("askDoctor"),
        " ",
        h("code", {}, "qtalk-component doctor"),
      ),
    );
}

/**
 * What waits while the link is down.
 * @param {State} state
 */
function waitingIn({ queue }) {
  const oldest = t("oldestIs", { time: duration(queue.oldest) });
  return `${t("queue")} · ${counted("stanza", "stanzasN", queue.waiting)} · ${oldest}`;
}

/** @param {State} state */
function tilesOf({ at, link, server, component, queue, hooks, roundTrip, rooms, block, totals }) {
  const name = server === null ? t("unknown") : [server.name ?? server.host, server.version].join(" ").trim();
  const since = server?.upSince ?? null;
  const isUp = link.kind === "up";
  // What the server told before isn't how it is.
  const before = (/** @type {string | undefined} */ note) => (isUp ? note : t("beforeLoss"));
  return [
    tile(
      t("link"),
      h("span", { class: `state ${link.kind}` }, linkWord(link.kind)),
      link.peer ?? link.service,
    ),
    tile(
      t("server"),
      name,
      before(since === null ? server?.host : t("upFor", { time: duration((at - since) / 1000) })),
      !isUp,
    ),
    tile(
      t("roundTrip"),
      roundTrip === null ? "–" : t("milliseconds", { n: quantity(roundTrip) }),
      before(t("roundTripNote")),
      !isUp,
    ),
    tile(t("longestBlock"), t("milliseconds", { n: quantity(block.ms) }), block.work),
    tile(
      t("queue"),
      counted("stanza", "stanzasN", queue.waiting),
      queue.waiting === 0 ? t("nothingWaits") : t("oldestIs", { time: duration(queue.oldest) }),
    ),
    tile(
      t("deadLetters"),
      h("a", { href: "#/dead-letters" }, number(queue.setAside)),
      queue.setAside === 0 ? t("noneSetAside") : null,
    ),
    tile(
      t("hooks"),
      h("a", { href: "#/hooks" }, number(hooks.all)),
      [`${t("waits")} ${number(hooks.waiting)}`, `${t("areSetAside")} ${number(hooks.setAside)}`].join(
        t("listComma"),
      ),
    ),
    tile(
      t("rooms"),
      h("a", { href: "#/rooms" }, number(rooms.all)),
      t("loaded", { n: number(rooms.loaded) }),
    ),
    tile(
      t("confirmedTotal"),
      number(totals.confirmed),
      t("queuedAndBounced", { queued: number(totals.accepted), bounced: number(totals.bounced) }),
    ),
    tile(
      t("component"),
      component.version,
      t("upFor", { time: duration((at - component.startedAt) / 1000) }),
    ),
  ];
}

/**
 * @param {string} title
 * @param {import("../dom.js").Child} value
 * @param {string | null | undefined} note
 * @param {boolean} [isStale]
 */
function tile(title, value, note, isStale = false) {
  return h(
    "div",
    { class: isStale ? "panel stale" : "panel" },
    h("dt", {}, title),
    h("dd", { class: "value" }, value),
    note === null || note === undefined ? null : h("dd", { class: "soft" }, note),
  );
}
