/** Stanzas over which the server closed the stream, set aside: sent once more, or deleted. */
/** @import { Letter, Letters } from "../types.js" */
import { post } from "../api.js";
import { ask } from "../dialog.js";
import { fill, h } from "../dom.js";
import { quantity, shortened } from "../format.js";
import { pagedList } from "../list.js";
import { rowButton } from "../table.js";
import { told } from "../notice.js";
import { timeOf } from "../time.js";
import { counted, t } from "../words.js";

/** The most that one request takes. */
const MOST = 200;

export async function deadLetters() {
  const actions = h("div", { class: "buttons start" });
  const list = pagedList({
    path: "dead-letters",
    key: "letters",
    caption: t("deadLetters"),
    empty: t("noneSetAside"),
    columns: [
      { title: t("number"), isHeader: true, cell: (/** @type {Letter} */ { id }) => id },
      { title: t("accepted"), cell: ({ acceptedAt }) => timeOf(acceptedAt) },
      { title: t("setAside"), cell: ({ diedAt }) => timeOf(diedAt) },
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
          rowButton(t("retry"), t("retryOne", { id: letter.id }), () => retry([letter])),
          rowButton(t("drop"), t("dropOne", { id: letter.id }), () => drop([letter]), "danger"),
        ],
      },
    ],
    whenShown: (letters, answer) => {
      const { count } = /** @type {Letters} */ (answer);
      const some = letters.slice(0, MOST);
      fill(
        actions,
        count > 1 && [
          h("span", {}, counted("setAsideOne", "setAsideN", count)),
          h("button", { type: "button", onclick: () => void retry(some) }, t("retryAll", { n: some.length })),
          h(
            "button",
            { type: "button", class: "danger", onclick: () => void drop(some) },
            t("dropAll", { n: some.length }),
          ),
        ],
      );
    },
  });

  /** @param {readonly Letter[]} letters */
  async function retry(letters) {
    const text = [h("p", {}, t("retryText")), excerpt(letters)];
    await change({
      title: t("retryTitle", { n: letters.length }),
      text,
      verb: t("retry"),
      path: "retry",
      letters,
    });
  }

  /** @param {readonly Letter[]} letters */
  async function drop(letters) {
    const text = [h("p", {}, t("dropText")), excerpt(letters)];
    await change({
      title: t("dropTitle", { n: letters.length }),
      text,
      verb: t("drop"),
      path: "drop",
      letters,
    });
  }

  /** @param {{ title: string, text: Node[], verb: string, path: "retry" | "drop", letters: readonly Letter[] }} change */
  async function change({ title, text, verb, path, letters }) {
    const isDangerous = path === "drop";
    await ask({
      title,
      text,
      verb,
      isDangerous,
      run: async () => {
        told(await post(`dead-letters/${path}`, { ids: letters.map(({ id }) => id) }));
        await list.load();
      },
    });
  }

  await list.load();
  return [h("p", { class: "soft" }, t("deadLettersText")), actions, list.element];
}

/** @param {Letter} letter */
function stanzaOf({ stanza, isCut }) {
  const whole = h("pre", { tabindex: "0" }, stanza, isCut ? "…" : "");
  return h("details", {}, h("summary", {}, h("code", {}, shortened(stanza, 60))), whole);
}

/** @param {readonly Letter[]} letters */
function excerpt(letters) {
  const first = letters.slice(0, 3).map(({ stanza }) => h("li", {}, h("code", {}, shortened(stanza, 120))));
  const rest = letters.length - first.length;
  return h("ul", { class: "excerpt" }, first, rest > 0 ? h("li", {}, t("andMore", { n: rest })) : null);
}
