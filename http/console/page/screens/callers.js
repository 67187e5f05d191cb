/** The screen of callers. */
/** @import { Caller, Callers, Use } from "../types.js" */
import { get } from "../api.js";
import { h, note } from "../dom.js";
import { dateTime, number } from "../format.js";
import { table, timeOf } from "../table.js";
import { t } from "../texts.js";

export async function callers() {
  /** @type {Callers} */
  const { since, open, callers } = await get("callers");
  return [
    note(t(open ? "callersOpen" : "callersText"), " ", t("countedSince", { time: dateTime(since) })),
    table({
      caption: t("callers"),
      items: callers,
      empty: t("none"),
      columns: [
        { title: t("name"), isHeader: true, cell: (/** @type {Caller} */ { name }) => name },
        { title: t("identifiedBy"), cell: identifiedBy },
        { title: t("mayCall"), cell: mayCall },
        { title: t("sendsAs"), cell: ({ senders }) => listOf(senders) },
        { title: t("managesRooms"), cell: ({ rooms }) => listOf(rooms) },
        {
          title: t("rateLimit"),
          isNumber: true,
          cell: ({ rate }) => (rate === null ? t("unlimited") : number(rate)),
        },
        ...useColumns(t("calls"), t("lastCall")),
      ],
    }),
  ];
}

/**
 * Returns a table's columns about the use of a caller or webhook.
 * @param {string} count the title of the column with the number of calls or posts
 * @param {string} last the title of the column with the time of the last call or post
 */
export function useColumns(count, last) {
  /** @typedef {{ use: Use }} Used */
  return [
    { title: count, isNumber: true, cell: (/** @type {Used} */ { use }) => number(use.calls) },
    { title: t("refused"), isNumber: true, cell: (/** @type {Used} */ { use }) => number(use.refused) },
    {
      title: last,
      cell: (/** @type {Used} */ { use }) => (use.lastAt === null ? t("never") : timeOf(use.lastAt)),
    },
  ];
}

/** @param {Caller} caller */
function identifiedBy({ addresses, token }) {
  const by = [...(token ? [t("aToken")] : []), ...(addresses ?? [])];
  return by.length === 0 ? t("anyAddress") : listOf(by);
}

/** @param {Caller} caller */
function mayCall({ endpoints, everyone }) {
  return listOf([...(endpoints ?? [t("all")]), ...(everyone ? [t("everyone")] : [])]);
}

/** @param {readonly string[]} items */
function listOf(items) {
  if (items.length === 0) return t("none");
  return h(
    "ul",
    { class: "plain" },
    items.map((item) => h("li", {}, item)),
  );
}
