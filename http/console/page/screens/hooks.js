/** Addresses to which other programs post what is to be said, and how much each is used. */
/** @import { Hook, Hooks } from "../types.js" */
import { fill, h } from "../dom.js";
import { dateTime, number, quantity } from "../format.js";
import { pagedList } from "../list.js";
import { timeOf } from "../time.js";
import { t } from "../words.js";
import { useColumns } from "./callers.js";

const MIB = 1024 * 1024;

export async function hooks() {
  const limits = h("p", { class: "soft" });
  const list = pagedList({
    path: "hooks",
    key: "hooks",
    caption: t("hooks"),
    empty: t("noHooks"),
    columns: [
      { title: t("name"), isHeader: true, cell: (/** @type {Hook} */ { name }) => name },
      { title: t("receiver"), cell: ({ receiver }) => receiver },
      {
        title: t("speaksAs"),
        cell: ({ speaks, title }) => (title === null ? speaks : `${speaks} (${title})`),
      },
      { title: t("format"), cell: ({ format }) => format },
      { title: t("features"), cell: featuresOf },
      { title: t("made"), cell: ({ madeAt }) => timeOf(madeAt) },
      ...useColumns(),
    ],
    whenShown: (_hooks, answer) => {
      const { rate, bodyBytes, since } = /** @type {Hooks} */ (answer);
      const most = rate === null ? t("hooksUnlimited") : t("hooksRate", { n: number(rate) });
      const bytes = t("hooksBytes", { n: quantity(bodyBytes / MIB) });
      fill(limits, `${t("hooksText")} ${most} ${bytes} ${t("countedSince", { time: dateTime(since) })}`);
    },
  });
  await list.load();
  return [limits, list.element];
}

/** @param {Hook} hook */
function featuresOf({ isSigned, corrects, hasTemplate, rate, bodyBytes }) {
  const features = [
    ...(isSigned ? [t("signed")] : []),
    ...(corrects ? [t("corrects")] : []),
    ...(hasTemplate ? [t("ownTemplate")] : []),
    ...(rate === null ? [] : [t("ownRate", { n: number(rate) })]),
    ...(bodyBytes === null ? [] : [t("ownBytes", { n: quantity(bodyBytes / MIB) })]),
  ];
  return features.length === 0 ? "–" : features.join(t("listComma"));
}
