/** The format of plain text: the body, a form's `text`, or JSON's `message` and `title` (Apprise, Gotify, Shoutrrr). */
import { HookFault } from "../fault.js";
import { fieldsAt, textAt } from "./fields.js";
import { type Format, type Payload } from "./format.js";

export const text: Format = {
  name: "text",
  knownBy: "a plain text, a form's field text, or JSON with message and perhaps title",
  isRetried: false,
  recognises: (posted) => textOf(posted) !== undefined,
  read: (posted) => {
    const text = textOf(posted);
    if (text === undefined) return new HookFault("payload", "the post is no text");
    return { view: { text }, plain: text };
  },
  sample: { headers: { "content-type": "text/plain; charset=utf-8" }, body: "Backup finished in 42 s" },
  template: "{{ text }}\n",
  variables: { text: [] },
  command: "qtalk-component hook add backup --to ops --format text --title Backup",
  setting: `curl -d "Backup finished" ADDRESS
curl -F "text=Backup finished" ADDRESS
curl -H "Content-Type: text/plain" --data-binary @FILE ADDRESS`,
  words: {
    en: {
      title: "Text",
      about:
        "Plain text, a form's field text, or JSON or a form with message and optionally title, as Apprise, Gotify and Shoutrrr post.",
      where: "From a script:",
      becomes: "The text, below its title. With --format text, JSON counts as text, too.",
    },
    zh: {
      title: "文本",
      about:
        "纯文本、表单的 text 字段，或含有 message（可有 title）的 JSON 或表单，如 Apprise、Gotify、Shoutrrr 所发。",
      where: "在脚本中：",
      becomes: "原文，标题在其上方。使用 --format text 时，JSON 也当作文本。",
    },
  },
};

function textOf({ text: given, json }: Payload): string | undefined {
  if (given !== undefined) return given;
  const message = textAt(json?.value, "message");
  // JSON with the field text has Slack's format, even if it also has the field message.
  if (message === "" || Object.hasOwn(fieldsAt(json?.value), "text")) return undefined;
  const title = textAt(json?.value, "title");
  return title === "" ? message : `*${title}*\n${message}`;
}
