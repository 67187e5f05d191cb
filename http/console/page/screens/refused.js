/** The last hundred calls that were refused, with the reason that their programs were told. */
/** @import { RefusedCall } from "../types.js" */
import { h } from "../dom.js";
import { pagedList } from "../list.js";
import { timeOf } from "../time.js";
import { t } from "../words.js";
import { kindWord } from "./kinds.js";

export async function refused() {
  const list = pagedList({
    path: "refused",
    key: "calls",
    caption: t("refusedCalls"),
    empty: t("noneRefused"),
    columns: [
      {
        title: t("time"),
        isHeader: true,

        cell: (/** @type {RefusedCall} */ { at }) => timeOf(at),
      },
      { title: t("endpoint"), cell: ({ endpoint }) => endpoint },
      {
        title: t("caller"),
        cell: ({ caller, address }) => (caller === null ? address : `${caller} (${address})`),
      },
      { title: t("kind"), cell: ({ kind, errcode }) => `${kindWord(kind)} (${errcode})` },
      { title: t("reason"), cell: ({ reason }) => h("span", { lang: "en" }, reason) },
      { title: t("request"), cell: ({ request }) => h("code", {}, request) },
    ],
  });
  await list.load();
  const again = h("button", { type: "button", onclick: () => void list.load() }, t("refresh"));
  return [
    h("p", { class: "soft" }, t("refusedText")),
    h("div", { class: "buttons start" }, again),
    list.element,
  ];
}
