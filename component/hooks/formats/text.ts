/** The formats without a form of their own: plain text, and any JSON, which the hook's own template renders. */
import { HookFault } from "../fault.js";
import { fieldsOf, textOf } from "./fields.js";
import { headerIn, type Format, type Payload } from "./format.js";
import { fromMarkdown, isMarkdownType } from "./markdown.js";
import { lines } from "./styling.js";
import { withTold } from "./vague-titles.js";

/** The body, a form's `text`, JSON's `message` and `title` (Shoutrrr), or files alone, as cameras post them. */
export const textFormat: Format = {
  name: "text",
  knownBy: "a plain text, a form's field text, JSON with message and perhaps title, or files alone",
  isRetried: false,
  recognises: (posted) => textIn(posted) !== undefined,
  read: (posted) => {
    const text = textIn(posted);
    if (text === undefined) return new HookFault("payload", "the post is no text");
    return { view: { text }, plain: text };
  },
  template: "{{ text }}\n",
};

function textIn({ headers, text: given, mail, json, files = [] }: Payload): string | undefined {
  if (given !== undefined)
    return isMarkdownType(headerIn(headers, ["content-type"])) ? fromMarkdown(given) : given;
  if (mail !== undefined) return [mail.subject, mail.text].filter((part) => part !== "").join("\n");
  if (json === undefined) return files.length > 0 ? "" : undefined;
  const message = textOf(json.value, "message");
  // JSON with the field text has Slack's format, even if it also has the field message.
  if (message === "" || Object.hasOwn(fieldsOf(json.value), "text")) return undefined;
  const { title, text } = withTold(textOf(json.value, "title"), message);
  return lines([title, text]);
}

export const template: Format = {
  name: "template",
  knownBy: "JSON for the hook's own template",
  isRetried: false,
  recognises: ({ json }) => json !== undefined,
  read: ({ json }) => (json === undefined ? new HookFault("payload", "the post is no JSON") : { view: {} }),
  needsTemplate: true,
  template: "Backup of {{ payload.host }}: {{ payload.seconds }} s\n",
};
