/** The screen of incoming and outgoing webhooks. */
/** @import { Hook, Hooks, OutgoingHook } from "../types.js" */
import { post } from "../api.js";
import { ask } from "../dialog.js";
import { button, fill, note, section } from "../dom.js";
import { faultLine, showFault } from "../fault.js";
import { dateTime, number, quantity } from "../format.js";
import { pagedList } from "../list.js";
import { showDone } from "../notice.js";
import { timeOf } from "../table.js";
import { t } from "../texts.js";
import { useColumns } from "./callers.js";

const MIB = 1024 * 1024;

export async function hooks() {
  const incoming = incomingHooks();
  const outgoing = outgoingHooks();
  await Promise.all([incoming.load(), outgoing.load()]);
  return [
    section(t("incomingHooks"), ...incoming.elements),
    section(t("outgoingHooks"), note(t("outgoingHooksText")), ...outgoing.elements),
  ];
}

function incomingHooks() {
  const limits = note();
  const list = pagedList({
    path: "hooks",
    key: "hooks",
    caption: t("incomingHooks"),
    empty: t("noHooks"),
    columns: [
      { title: t("name"), isHeader: true, cell: (/** @type {Hook} */ { name }) => name },
      { title: t("receiver"), cell: ({ receiver }) => receiver },
      {
        title: t("sender"),
        cell: ({ sender, title }) => (title === null ? sender : `${sender} (${title})`),
      },
      { title: t("format"), cell: ({ format }) => format },
      { title: t("options"), cell: optionsOf },
      { title: t("problem"), cell: ({ trouble }) => trouble ?? "–" },
      { title: t("created"), cell: ({ madeAt }) => timeOf(madeAt) },
      ...useColumns(t("posts"), t("lastPost")),
      {
        title: t("actions"),
        cell: ({ name }) => button(t("test"), () => test(name), { "aria-label": t("testOne", { name }) }),
      },
    ],
    whenShown: (_hooks, answer) => {
      const { rate, bodyBytes, since } = /** @type {Hooks} */ (answer);
      const texts = [
        t("incomingHooksText"),
        rate === null ? t("hooksUnlimited") : t("hooksRate", { n: number(rate) }),
        t("hooksBytes", { n: quantity(bodyBytes / MIB) }),
        t("countedSince", { time: dateTime(since) }),
      ];
      fill(limits, texts.join(" "));
    },
  });
  return { load: () => list.load(), elements: [limits, list.element] };
}

/** Posts a sample to an incoming webhook, whose receiver gets the message. @param {string} name */
async function test(name) {
  await ask({
    title: t("testOne", { name }),
    text: t("testText"),
    verb: t("test"),
    run: async () => showDone(await post("hooks/test", { name })),
  });
}

function outgoingHooks() {
  const fault = faultLine();
  const list = pagedList({
    path: "outgoing-hooks",
    key: "hooks",
    caption: t("outgoingHooks"),
    empty: t("noOutgoingHooks"),
    columns: [
      { title: t("name"), isHeader: true, cell: (/** @type {OutgoingHook} */ { name }) => name },
      { title: t("program"), cell: ({ program }) => program },
      { title: t("events"), cell: eventsOf },
      { title: t("sender"), cell: ({ sender }) => sender ?? "–" },
      { title: t("format"), cell: ({ form }) => form },
      { title: t("waitingEvents"), isNumber: true, cell: ({ waiting }) => number(waiting) },
      { title: t("deadLetters"), isNumber: true, cell: ({ deadLetters }) => number(deadLetters) },
      { title: t("problem"), cell: problemOf },
      { title: t("created"), cell: ({ madeAt }) => timeOf(madeAt) },
      {
        title: t("actions"),
        cell: ({ name, waiting, deadLetters }) =>
          waiting + deadLetters > 0 &&
          button(t("retry"), () => retry(name), { "aria-label": t("retryHook", { name }) }),
      },
    ],
  });

  /** Makes a webhook's queued events due now. @param {string} name */
  async function retry(name) {
    try {
      fill(fault);
      showDone(await post("hooks/retry", { name }));
      await list.load();
    } catch (error) {
      showFault(fault, error);
    }
  }

  return { load: () => list.load(), elements: [fault, list.element] };
}

/** @param {OutgoingHook} hook */
function eventsOf({ events, rooms, pattern }) {
  return [
    ...events,
    ...(rooms === null ? [] : [t("inRooms", { rooms: rooms.join(t("listComma")) })]),
    ...(pattern === null ? [] : [t("matching", { pattern })]),
  ].join(t("listComma"));
}

/** Returns why the last delivery failed, or why the bot isn't inside. @param {OutgoingHook} hook */
function problemOf({ fault, retryAt, trouble }) {
  return fault === null ? (trouble ?? "–") : t("retryAt", { fault, time: dateTime(retryAt ?? 0) });
}

/** @param {Hook} hook */
function optionsOf({ isSigned, corrects, hasTemplate, rate, bodyBytes }) {
  const options = [
    ...(isSigned ? [t("signed")] : []),
    ...(corrects ? [t("corrects")] : []),
    ...(hasTemplate ? [t("ownTemplate")] : []),
    ...(rate === null ? [] : [t("ownRate", { n: number(rate) })]),
    ...(bodyBytes === null ? [] : [t("ownBytes", { n: quantity(bodyBytes / MIB) })]),
  ];
  return options.length === 0 ? "–" : options.join(t("listComma"));
}
