/** The screen of the last hundred refused calls. */
/** @import { RefusedCall } from "../types.js" */
import { button, h, note } from "../dom.js";
import { pagedList } from "../list.js";
import { timeOf } from "../table.js";
import { t } from "../texts.js";
import { REFUSALS } from "./labels.js";

export async function refused() {
  const list = pagedList({
    path: "refused",
    key: "calls",
    caption: t("refusedCalls"),
    empty: t("noneRefused"),
    columns: [
      { title: t("time"), isHeader: true, cell: (/** @type {RefusedCall} */ { at }) => timeOf(at) },
      { title: t("endpoint"), cell: ({ endpoint }) => endpoint },
      {
        title: t("caller"),
        cell: ({ caller, address }) => (caller === null ? address : `${caller} (${address})`),
      },
      { title: t("kind"), cell: ({ kind, errcode }) => `${REFUSALS[kind] ?? kind} (${errcode})` },
      { title: t("reason"), cell: ({ reason }) => h("span", { lang: "en" }, reason) },
      { title: t("request"), cell: ({ request }) => h("code", {}, request) },
    ],
  });
  await list.load();
  const refresh = h(
    "div",
    { class: "buttons start" },
    button(t("refresh"), () => list.load()),
  );
  return [note(t("refusedText")), refresh, list.element];
}
