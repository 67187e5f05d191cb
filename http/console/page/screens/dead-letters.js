/** The screen of dead letters, on which operators retry or delete them. */
/** @import { Letter, Letters } from "../types.js" */
import { post } from "../api.js";
import { ask } from "../dialog.js";
import { button, fill, h, note } from "../dom.js";
import { number, quantity, shortened, stanzas } from "../format.js";
import { pagedList } from "../list.js";
import { showDone } from "../notice.js";
import { timeOf } from "../table.js";
import { t } from "../texts.js";

/** The maximum number of dead letters in one request to the API. */
const MOST = 200;
const DANGER = { class: "danger" };

export async function deadLetters() {
  const actions = h("div", { class: "buttons start" });
  const list = pagedList({
    path: "dead-letters",
    key: "letters",
    caption: t("deadLetters"),
    empty: t("noDeadLetters"),
    columns: [
      { title: t("number"), isHeader: true, cell: (/** @type {Letter} */ { id }) => id },
      { title: t("accepted"), cell: ({ acceptedAt }) => timeOf(acceptedAt) },
      { title: t("rejected"), cell: ({ diedAt }) => timeOf(diedAt) },
      { title: t("reason"), cell: ({ reason }) => h("span", { lang: "en" }, reason) },
      {
        title: t("request"),
        cell: ({ request }) => (request === null ? t("unknown") : h("code", {}, request)),
      },
      { title: t("size"), isNumber: true, cell: ({ bytes }) => `${quantity(bytes / 1024)} KiB` },
      { title: t("stanzaTitle"), cell: stanzaOf },
      {
        title: t("actions"),
        cell: (letter) => [
          button(t("retry"), () => change("retry", [letter]), {
            "aria-label": t("retryOne", { id: letter.id }),
          }),
          button(t("drop"), () => change("drop", [letter]), {
            "aria-label": t("dropOne", { id: letter.id }),
            ...DANGER,
          }),
        ],
      },
    ],
    whenShown: (letters, answer) => {
      const { count } = /** @type {Letters} */ (answer);
      const some = letters.slice(0, MOST);
      const n = { stanzas: stanzas(some.length) };
      fill(
        actions,
        count > 1 && [
          h("span", {}, t("deadLettersN", { n: number(count) })),
          button(t("retryN", n), () => change("retry", some)),
          button(t("dropN", n), () => change("drop", some), DANGER),
        ],
      );
    },
  });

  /**
   * @param {"retry" | "drop"} action
   * @param {readonly Letter[]} letters
   */
  const change = (action, letters) =>
    ask({
      title: t(action === "drop" ? "dropTitle" : "retryN", { stanzas: stanzas(letters.length) }),
      text: [h("p", {}, t(`${action}Text`)), excerpt(letters)],
      verb: t(action),
      isDangerous: action === "drop",
      run: async () => {
        showDone(await post(`dead-letters/${action}`, { ids: letters.map(({ id }) => id) }));
        await list.load();
      },
    });

  await list.load();
  return [note(t("deadLettersText")), actions, list.element];
}

/** @param {Letter} letter */
function stanzaOf({ stanza, isCut }) {
  const whole = h("pre", { tabindex: "0" }, stanza, isCut ? "…" : "");
  return h("details", {}, h("summary", {}, h("code", {}, shortened(stanza, 60))), whole);
}

/** Shows the beginnings of the first three stanzas. @param {readonly Letter[]} letters */
function excerpt(letters) {
  const first = letters.slice(0, 3).map(({ stanza }) => h("li", {}, h("code", {}, shortened(stanza, 120))));
  const rest = letters.length - first.length;
  return h(
    "ul",
    { class: "excerpt" },
    first,
    rest > 0 ? h("li", {}, t("andMore", { n: number(rest) })) : null,
  );
}
