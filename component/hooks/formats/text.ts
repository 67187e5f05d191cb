/**
 * Text as it stands: a plain body, or a form's field of that name. Programs that notify by JSON of their own call theirs a
 * message, mostly with a title (Apprise, Gotify, Shoutrrr).
 */
import { HookFault } from "../fault.js";
import { fieldsAt, textAt } from "./fields.js";
import { type Format, type Payload } from "./format.js";

const SAMPLE = { headers: { "content-type": "text/plain; charset=utf-8" }, body: "Backup finished in 42 s" };

const TEMPLATE = `{{ text }}
`;

export const text: Format = {
  name: "text",
  knownBy: "a plain text, a form's field text, or JSON with message and perhaps title",
  isRetried: false,
  recognises: (posted) => textOf(posted) !== undefined,
  read: (posted) => {
    const said = textOf(posted);
    if (said === undefined) return new HookFault("payload", "the post is no text");
    return { view: { text: said }, plain: said };
  },
  sample: SAMPLE,
  template: TEMPLATE,
  command: "qtalk-component hook add backup --to ops --format text --title Backup",
  setting: `curl -d "Backup finished" ADDRESS
curl -F "text=Backup finished" ADDRESS
curl -H "Content-Type: text/plain" --data-binary @FILE ADDRESS`,
  words: {
    en: {
      title: "Text",
      about:
        "A plain text, a form's field text, or JSON or a form with message and perhaps title, as Apprise, Gotify and Shoutrrr post it.",
      where: "From a script:",
      becomes: "The text as it stands, below its title. With --format text, JSON is a text, too.",
    },
    zh: {
      title: "文本",
      about:
        "纯文本、表单的 text 字段,或含有 message(可有 title)的 JSON 或表单,如 Apprise、Gotify、Shoutrrr 所发。",
      where: "在脚本中:",
      becomes: "原文,标题在其上方。使用 --format text 时,JSON 也当作文本。",
    },
  },
};

function textOf({ text: given, json }: Payload): string | undefined {
  if (given !== undefined) return given;
  const message = textAt(json?.value, "message");
  // What has a text is Slack's, whatever else it has.
  if (message === "" || Object.hasOwn(fieldsAt(json?.value), "text")) return undefined;
  const title = textAt(json?.value, "title");
  return title === "" ? message : `*${title}*\n${message}`;
}
