/** Shows secrets of a result: only once, with buttons to copy them, and a line to try a new webhook. */
/** @import { Field, Row } from "./types.js" */
import { button, fill, freshId, h, note, regainFocus } from "./dom.js";
import { capital, textOf } from "./format.js";
import { language, t } from "./texts.js";

/**
 * @param {readonly Field[]} fields the fields of the operation's result
 * @param {Row} result
 * @returns {Promise<void>} settles when the user has closed the dialog
 */
export function showSecrets(fields, result) {
  const secrets = fields.filter(({ name, secret }) => secret && result[name] !== undefined);
  if (secrets.length === 0) return Promise.resolve();
  const heading = freshId("secrets");
  const { message, url, notes = [] } = result;
  const post = `curl --json '{"text": "Hello"}' '${String(url)}'`;
  /** @type {HTMLDialogElement} */
  const dialog = h(
    "dialog",
    { "aria-labelledby": heading },
    h("h2", { id: heading }, t("shownOnce")),
    h("p", { lang: "en" }, textOf(message)),
    secrets.map(({ name, label }) => copied(capital(label[language]), String(result[name]))),
    url === undefined ? null : copied(t("tryIt"), post),
    /** @type {string[]} */ (notes).map((each) => note(h("span", { lang: "en" }, each))),
    h(
      "div",
      { class: "buttons" },
      button(t("close"), () => dialog.close(), { class: "primary" }),
    ),
  );
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      regainFocus();
      resolve();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Makes a text that can be selected, with a button that copies it. @param {string} label @param {string} text */
function copied(label, text) {
  const id = freshId("secret");
  const copy = button(
    t("copy"),
    async () => {
      await navigator.clipboard.writeText(text).then(
        () => fill(copy, t("copied")),
        () => getSelection()?.selectAllChildren(code),
      );
    },
    { "aria-describedby": id },
  );
  const code = h("code", { tabindex: "0", class: "secret" }, text);
  return h("div", { class: "field" }, h("span", { id }, label), code, copy);
}
