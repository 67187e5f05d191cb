/** Who may call, what each may do, and how much of it they do. */
/** @import { Caller, Callers, Use } from "../types.js" */
import { get } from "../api.js";
import { h } from "../dom.js";
import { dateTime, number } from "../format.js";
import { table } from "../table.js";
import { timeOf } from "../time.js";
import { t } from "../words.js";

export async function callers() {
  /** @type {Callers} */
  const { since, open, callers } = await get("callers");
  return [
    h(
      "p",
      { class: "soft" },
      open ? t("callersOpen") : t("callersText"),
      " ",
      t("countedSince", { time: dateTime(since) }),
    ),
    table({
      caption: t("callers"),
      items: callers,
      empty: t("nobody"),
      columns: [
        { title: t("name"), isHeader: true, cell: (/** @type {Caller} */ { name }) => name },
        { title: t("knownBy"), cell: knownBy },
        { title: t("mayCall"), cell: mayCall },
        { title: t("sendsAs"), cell: ({ senders }) => patterns(senders) },
        { title: t("managesRooms"), cell: ({ rooms }) => patterns(rooms) },
        {
          title: t("mostASecond"),
          isNumber: true,
          cell: ({ rate }) => (rate === null ? t("unlimited") : number(rate)),
        },
        ...useColumns(),
      ],
    }),
  ];
}

/** How much somebody or something called. */
export function useColumns() {
  /** @typedef {{ use: Use }} Used */
  return [
    { title: t("calls"), isNumber: true, cell: (/** @type {Used} */ { use }) => number(use.calls) },
    { title: t("refusedOf"), isNumber: true, cell: (/** @type {Used} */ { use }) => number(use.refused) },
    {
      title: t("last"),

      cell: (/** @type {Used} */ { use }) => (use.lastAt === null ? t("never") : timeOf(use.lastAt)),
    },
  ];
}

/** @param {Caller} caller */
function knownBy({ addresses, token }) {
  const by = [...(token ? [t("aToken")] : []), ...(addresses ?? [])];
  return by.length === 0 ? t("anything") : patterns(by);
}

/** @param {Caller} caller */
function mayCall({ endpoints, everyone }) {
  return patterns([...(endpoints ?? [t("all")]), ...(everyone ? [t("toEverybody")] : [])]);
}

/** @param {readonly string[]} given */
function patterns(given) {
  return given.length === 0
    ? t("none")
    : h(
        "ul",
        { class: "plain" },
        given.map((one) => h("li", {}, one)),
      );
}
