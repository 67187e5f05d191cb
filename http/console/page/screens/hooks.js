/** Addresses to which other programs post what is to be said, how much each is used, and the programs that are told. */
/** @import { Hook, Hooks, OutgoingHook } from "../types.js" */
import { post } from "../api.js";
import { ask } from "../dialog.js";
import { fill, h } from "../dom.js";
import { sayFault, faultOf } from "../fault.js";
import { dateTime, number, quantity } from "../format.js";
import { pagedList } from "../list.js";
import { told } from "../notice.js";
import { rowButton } from "../table.js";
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
      { title: t("trouble"), cell: ({ trouble }) => trouble ?? "–" },
      { title: t("made"), cell: ({ madeAt }) => timeOf(madeAt) },
      ...useColumns(),
      {
        title: t("actions"),
        cell: ({ name }) => rowButton(t("test"), t("testOne", { name }), () => void test(name)),
      },
    ],
    whenShown: (_hooks, answer) => {
      const { rate, bodyBytes, since } = /** @type {Hooks} */ (answer);
      const most = rate === null ? t("hooksUnlimited") : t("hooksRate", { n: number(rate) });
      const bytes = t("hooksBytes", { n: quantity(bodyBytes / MIB) });
      fill(limits, `${t("hooksText")} ${most} ${bytes} ${t("countedSince", { time: dateTime(since) })}`);
    },
  });
  const outgoing = outgoingHooks();
  await Promise.all([list.load(), outgoing.load()]);
  const heading = [h("h2", {}, t("outgoingHooks")), h("p", { class: "soft" }, t("outgoingHooksText"))];
  return [limits, list.element, ...heading, outgoing.element];
}

/**
 * Posts a sample, which is read in the hook's room.
 * @param {string} name
 */
async function test(name) {
  await ask({
    title: t("testOne", { name }),
    text: t("testText"),
    verb: t("test"),
    run: async () => told(await post("hooks/test", { name })),
  });
}

function outgoingHooks() {
  const fault = faultOf();
  const list = pagedList({
    path: "outgoing-hooks",
    key: "hooks",
    caption: t("outgoingHooks"),
    empty: t("noOutgoingHooks"),
    columns: [
      { title: t("name"), isHeader: true, cell: (/** @type {OutgoingHook} */ { name }) => name },
      { title: t("program"), cell: ({ program }) => program },
      { title: t("toldOf"), cell: toldOf },
      { title: t("speaksAs"), cell: ({ speaks }) => speaks ?? "–" },
      { title: t("format"), cell: ({ form }) => form },
      { title: t("waits"), isNumber: true, cell: ({ waiting }) => number(waiting) },
      { title: t("areSetAside"), isNumber: true, cell: ({ setAside }) => number(setAside) },
      { title: t("trouble"), cell: troubleOf },
      { title: t("made"), cell: ({ madeAt }) => timeOf(madeAt) },
      {
        title: t("actions"),
        cell: ({ name, waiting, setAside }) =>
          waiting + setAside > 0 &&
          rowButton(t("retry"), t("retryOne", { id: name }), () => void retry(name)),
      },
    ],
  });

  /** @param {string} name */
  async function retry(name) {
    try {
      fill(fault);
      told(await post("hooks/retry", { name }));
      await list.load();
    } catch (error) {
      sayFault(fault, error);
    }
  }

  return { load: () => list.load(), element: h("div", {}, fault, list.element) };
}

/** @param {OutgoingHook} hook */
function toldOf({ events, rooms, pattern }) {
  return [
    ...events,
    ...(rooms === null ? [] : [t("inRooms", { rooms: rooms.join(t("listComma")) })]),
    ...(pattern === null ? [] : [t("matching", { pattern })]),
  ].join(t("listComma"));
}

/** @param {OutgoingHook} hook */
function troubleOf({ fault, retryAt, trouble }) {
  return fault === null ? (trouble ?? "–") : t("again", { fault, time: dateTime(retryAt ?? 0) });
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
