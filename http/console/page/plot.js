/** Plots of the last hour, with tables for screen readers. Lines differ in dashes and in colour. */
import { freshId, h, update } from "./dom.js";
import { clock, quantity } from "./format.js";
import { table } from "./table.js";
import uPlot from "./vendor/uplot.js";
import { t } from "./texts.js";

/**
 * @typedef {object} Series a line of a plot
 * @property {string} label
 * @property {readonly (number | null)[]} values a value for each time; null if unknown
 */

/**
 * @typedef {object} Kind the texts of a plot
 * @property {string} title
 * @property {string} unit the unit of the vertical axis, such as "per second"
 * @property {string} rows the table's caption
 * @property {"sum" | "most"} period what the table shows for five minutes: the sum of a rate, or the peak
 */

/** The length of an hour, in seconds. */
export const HOUR = 3600;
/** The length of a period in the table, in seconds. */
const PERIOD = 300;
/** The height of a plot, in CSS pixels. */
const HEIGHT = 190;
/** The intervals of the time axis from which uPlot chooses, in seconds. */
const TICKS = [1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60);
/** The lengths of strokes and gaps of each line, in CSS pixels. */
const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 4], [1, 2]];

/** Makes an empty plot. @param {Kind} kind @param {AbortSignal} signal removes the plot's listeners */
export function plot(kind, signal) {
  const heading = freshId("plot");
  const canvas = h("div", { class: "canvas", "aria-hidden": "true" });
  const legend = h("ul", { class: "legend" });
  const summary = h("p", { class: "soft" });
  const inTable = h("div");
  const details = h("details", {}, h("summary", {}, t("asTable")), inTable);
  const element = h(
    "section",
    { class: "panel plot", "aria-labelledby": heading },
    h("h2", { id: heading }, kind.title, " ", h("small", {}, kind.unit)),
    canvas,
    legend,
    summary,
    details,
  );
  /** @type {uPlot | undefined} */
  let drawn;
  /** @type {readonly number[]} */
  let times = [];
  /** @type {readonly Series[]} */
  let series = [];

  const showLegend = () => {
    const at = drawn?.cursor.idx ?? times.length - 1;
    const entries = series.map(({ label, values }, index) => {
      const value = values[at];
      return h(
        "li",
        {},
        h("span", { class: `key key-${index % DASHES.length}` }),
        `${label} `,
        h("b", {}, value === null || value === undefined ? "–" : quantity(value)),
      );
    });
    update(legend, entries);
  };
  const showTable = () => {
    if (details.open) update(inTable, periodTable(kind, times, series));
  };
  const draw = () => {
    if (!canvas.isConnected) return;
    const data = /** @type {uPlot.AlignedData} */ ([times, ...series.map(({ values }) => values)]);
    if (drawn?.series.length === data.length) {
      drawn.setData(data);
      return;
    }
    drawn?.destroy();
    drawn = new uPlot(optionsOf(canvas, series, showLegend), data, canvas);
  };
  const redraw = () => {
    drawn?.destroy();
    drawn = undefined;
    draw();
  };

  details.addEventListener("toggle", showTable, { signal });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw, { signal });
  const resized = new ResizeObserver(() => drawn?.setSize({ width: canvas.clientWidth, height: HEIGHT }));
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
      const isOther =
        series.map(({ label }) => label).join("\n") !== newSeries.map(({ label }) => label).join("\n");
      times = newTimes;
      series = newSeries;
      if (isOther) redraw();
      else draw();
      showLegend();
      showTable();
      summary.textContent = summaryOf(times, series);
    },
  };
}

/**
 * Returns the highest value of each line with its time, as text.
 * @param {readonly number[]} times
 * @param {readonly Series[]} series
 */
function summaryOf(times, series) {
  const peaks = series.flatMap(({ label, values }) => {
    let peak = -1;
    let most = 0;
    for (const [index, value] of values.entries()) {
      if (value !== null && value > most) [peak, most] = [index, value];
    }
    return peak < 0
      ? []
      : [t("peak", { label, value: quantity(most), time: clock((times[peak] ?? 0) * 1000) })];
  });
  return peaks.length === 0 ? t("nothingInHour") : `${t("peaks")} ${peaks.join(t("listComma"))}`;
}

/**
 * Makes a table with a row for every five minutes, newest first.
 * @param {Kind} kind
 * @param {readonly number[]} times
 * @param {readonly Series[]} series
 */
function periodTable(kind, times, series) {
  const step = (times[1] ?? 5) - (times[0] ?? 0);
  const last = times.at(-1) ?? 0;
  /** @type {{ from: number, values: number[] }[]} */
  const rows = [];
  for (let from = Math.floor(last / PERIOD) * PERIOD; from > last - HOUR - PERIOD; from -= PERIOD) {
    const indexes = times.flatMap((time, index) => (time >= from && time < from + PERIOD ? [index] : []));
    if (indexes.length === 0) break;
    const values = series.map((line) => {
      const known = indexes.map((index) => line.values[index] ?? 0);
      return kind.period === "sum"
        ? Math.round(known.reduce((sum, value) => sum + value * step, 0))
        : Math.max(...known);
    });
    rows.push({ from, values });
  }
  return table({
    caption: kind.rows,
    items: rows,
    empty: t("nothingInHour"),
    columns: [
      { title: t("periodStart"), isHeader: true, cell: ({ from }) => clock(from * 1000) },
      ...series.map(({ label }, index) => ({
        title: label,
        isNumber: true,
        cell: (/** @type {{ values: number[] }} */ { values }) => quantity(values[index] ?? 0),
      })),
    ],
  });
}

/**
 * @param {HTMLElement} canvas
 * @param {readonly Series[]} series
 * @param {() => void} onCursor called when the cursor has moved
 * @returns {uPlot.Options}
 */
function optionsOf(canvas, series, onCursor) {
  const style = getComputedStyle(canvas);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--soft"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: canvas.clientWidth,
    height: HEIGHT,
    padding: [10, 8, 0, 0],
    legend: { show: false },
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
      {},
      ...series.map(({ label }, index) => ({
        label,
        stroke: colour(`--line-${index % DASHES.length}`),
        dash: DASHES[index % DASHES.length] ?? [],
        width: 2,
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [onCursor] },
  };
}
