/** Plots of the last hour, with tables for screen readers. Lines differ in dashes and in colour. */
import { h, update } from "./dom.js";
import { clock, quantity } from "./format.js";
import { table } from "./table.js";
import uPlot from "./vendor/uplot.js";
import { t } from "./texts.js";

/**
 * @typedef {object} Series a line of a plot
 * @property {string} label
 * @property {readonly (number | null)[]} values a value for each time; null if unknown
 */

/** The length of an hour, in seconds. */
const HOUR = 3600;
/** The length of a period in the table, in seconds. */
const PERIOD = 300;
/** The height of a plot, in CSS pixels. */
const HEIGHT = 190;
/** The intervals of the time axis from which uPlot chooses, in seconds. */
const TICKS = [1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60);
const DARK = matchMedia("(prefers-color-scheme: dark)");
/** The lines' colours on bright and on dark pages, the lengths of strokes and gaps in CSS pixels, and the legend's. */
const LINES = /** @type {const} */ ([
  ["#0069b4", "#5db6f2", [], "solid"],
  ["#c2500a", "#ff9d5c", [7, 3], "dashed"],
  ["#00795a", "#45d6a6", [2, 3], "dotted"],
  ["#a63d83", "#ec9fcb", [9, 3, 2, 3], "dashed"],
  ["#7a6200", "#e8cf5a", [4, 4], "dashed"],
  ["#5b6470", "#aab4c0", [1, 2], "dotted"],
]);

/**
 * Makes an empty plot.
 * @param {string} title
 * @param {string} unit the unit of the vertical axis, such as "per second"
 * @param {AbortSignal} signal removes the plot's listeners
 */
export function plot(title, unit, signal) {
  const canvas = h("div", { class: "canvas", "aria-hidden": "true" });
  const inTable = h("div");
  const details = h("details", {}, h("summary", {}, t("asTable")), inTable);
  const element = h(
    "section",
    { class: "card", "aria-label": `${title} ${unit}` },
    h("h2", {}, title, " ", h("small", { class: "text-light" }, unit)),
    canvas,
    details,
  );
  /** @type {uPlot | undefined} */
  let drawn;
  /** @type {readonly number[]} */
  let times = [];
  /** @type {readonly Series[]} */
  let series = [];

  const showTable = () => {
    if (details.open) update(inTable, periodTable(times, series));
  };
  const draw = () => {
    if (!canvas.isConnected) return;
    const data = /** @type {uPlot.AlignedData} */ ([times, ...series.map(({ values }) => values)]);
    if (drawn === undefined) drawn = new uPlot(optionsOf(canvas, series), data, canvas);
    else drawn.setData(data);
    showLatest(drawn);
  };
  const redraw = () => {
    drawn?.destroy();
    drawn = undefined;
    draw();
  };

  details.addEventListener("toggle", showTable, { signal });
  DARK.addEventListener("change", redraw, { signal });
  // A plot has no width before it is part of the page.
  const resized = new ResizeObserver(() => {
    if (drawn === undefined) draw();
    else drawn.setSize({ width: canvas.clientWidth, height: HEIGHT });
  });
  resized.observe(canvas);
  signal.addEventListener("abort", () => {
    resized.disconnect();
    drawn?.destroy();
  });

  return {
    element,
    /**
     * @param {readonly number[]} newTimes in seconds since 1970, ascending
     * @param {readonly Series[]} newSeries
     */
    update(newTimes, newSeries) {
      const isSame = series.every(({ label }, index) => label === newSeries[index]?.label);
      const isOther = !isSame || series.length !== newSeries.length;
      [times, series] = [newTimes, newSeries];
      if (isOther) redraw();
      else draw();
      showTable();
    },
  };
}

/** Shows the latest values in the legend while the cursor isn't on the plot. @param {uPlot} drawn */
function showLatest(drawn) {
  const last = drawn.data[0].length - 1;
  if (last >= 0 && (drawn.cursor.idx ?? null) === null) drawn.setLegend({ idx: last }, false);
}

/**
 * Makes a table with the highest values of every five minutes, newest first.
 * @param {readonly number[]} times
 * @param {readonly Series[]} series
 */
function periodTable(times, series) {
  /** @type {Map<number, number[]>} */
  const peaks = new Map();
  for (const [index, time] of times.entries()) {
    const from = Math.floor(time / PERIOD) * PERIOD;
    const known = peaks.get(from) ?? [];
    peaks.set(
      from,
      series.map(({ values }, line) => Math.max(values[index] ?? 0, known[line] ?? 0)),
    );
  }
  return table(t("highestInPeriod"), [...peaks].reverse(), t("nothingInHour"), [
    { title: t("periodStart"), isHeader: true, cell: ([from]) => clock(from * 1000) },
    ...series.map(({ label }, line) => ({
      title: label,
      isNumber: true,
      cell: (/** @type {[number, number[]]} */ [, values]) => quantity(values[line] ?? 0),
    })),
  ]);
}

/**
 * @param {HTMLElement} canvas
 * @param {readonly Series[]} series
 * @returns {uPlot.Options}
 */
function optionsOf(canvas, series) {
  const lineOf = (/** @type {number} */ index) => LINES[index % LINES.length] ?? LINES[0];
  const axis = {
    stroke: getComputedStyle(canvas).color,
    font: "12px system-ui, sans-serif",
    grid: { stroke: "#8884", width: 1 },
    ticks: { show: false },
  };
  return {
    width: canvas.clientWidth,
    height: HEIGHT,
    padding: [10, 8, 0, 0],
    legend: { markers: { width: 3, dash: (_plot, index) => lineOf(index - 1)[3] } },
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: "hour" } },
    scales: {
      x: { range: (_plot, min, max) => [Math.min(Math.max(min, max - HOUR), max - PERIOD), max] },
      y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.15 : 1] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        space: 60,
        incrs: TICKS,
        values: (_plot, splits) => splits.map((at) => clock(at * 1000)),
      },
      { ...axis, size: 52, values: (_plot, splits) => splits.map((value) => quantity(value)) },
    ],
    series: [
      { label: t("time"), value: (_plot, at) => clock(at * 1000) },
      ...series.map(({ label }, index) => ({
        label,
        value: (/** @type {uPlot} */ _plot, /** @type {number | null} */ value) =>
          value === null ? "–" : quantity(value),
        stroke: lineOf(index)[DARK.matches ? 1 : 0],
        dash: [...lineOf(index)[2]],
        width: 2,
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [showLatest] },
  };
}
