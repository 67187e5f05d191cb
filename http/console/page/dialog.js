/** Modal dialogs. <dialog> elements keep the keyboard's focus inside. */
/** @import { Child } from "./dom.js" */
/** @import { Field, Row } from "./types.js" */
import { button, fill, freshId, h, note, regainFocus } from "./dom.js";
import { form } from "./form.js";
import { capital, textOf } from "./format.js";
import { language, t } from "./texts.js";

/**
 * Shows a dialog.
 * @param {string} title
 * @param {(close: () => void) => readonly Child[]} make makes the content
 * @returns {Promise<void>} settles when the dialog is closed
 */
function open(title, make) {
  const dialog = h("dialog", { "aria-label": title });
  const content = make(() => dialog.close());
  dialog.append(h("header", {}, h("h2", {}, title)), h("div", {}, content));
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

/**
 * Shows a dialog with a button that closes it.
 * @param {string} title
 * @param {readonly Child[]} content
 */
export async function show(title, content) {
  await open(title, (close) => [
    ...content,
    h("div", { class: "hstack justify-end" }, button(t("close"), close, { class: "" })),
  ]);
}

/**
 * Shows a dialog with a form. If the form's action fails, the dialog stays open and shows why.
 * @param {string} title
 * @param {Pick<Parameters<typeof form>[0], "fields" | "presets" | "isDangerous" | "before" | "run">} asked
 * @returns {Promise<boolean>} whether the action was done; false if the user closed the dialog
 */
export async function ask(title, asked) {
  let isDone = false;
  await open(title, (close) => {
    const run = async (/** @type {Row} */ given) => {
      await asked.run(given);
      isDone = true;
      close();
    };
    return [form({ ...asked, run, verb: title, buttons: [button(t("cancel"), close)] })];
  });
  return isDone;
}

/**
 * Shows secrets of a result once, with buttons to copy them, and a line to try a new webhook.
 * @param {readonly Field[]} fields the fields of the operation's result
 * @param {Row} result
 */
export async function showSecrets(fields, result) {
  const secrets = fields.filter(({ name, secret }) => secret && result[name] !== undefined);
  if (secrets.length === 0) return;
  const { message, url, notes = [] } = result;
  const post = `curl --json '{"text": "Hello"}' '${String(url)}'`;
  await show(t("shownOnce"), [
    h("p", { lang: "en" }, textOf(message)),
    ...secrets.map(({ name, label }) => copied(capital(label[language]), String(result[name]))),
    url === undefined ? null : copied(t("tryIt"), post),
    .../** @type {string[]} */ (notes).map((each) => note(h("span", { lang: "en" }, each))),
  ]);
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
  const code = h("pre", { tabindex: "0" }, text);
  return h("div", { "data-field": true }, h("span", { id }, label), code, copy);
}
