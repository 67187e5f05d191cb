/**
 * Text as it stands: a plain body, or a form's field of that name. Programs that notify by JSON of their own call theirs a
 * message, mostly with a title (Apprise, Gotify, Shoutrrr).
 */
import { HookFault } from "../fault.js";
import { fieldsAt, textAt } from "./fields.js";
import type { Format, Posted } from "./format.js";

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
};

function textOf({ text: given, json }: Posted): string | undefined {
  if (given !== undefined) return given;
  const message = textAt(json?.value, "message");
  // What has a text is Slack's, whatever else it has.
  if (message === "" || Object.hasOwn(fieldsAt(json?.value), "text")) return undefined;
  const title = textAt(json?.value, "title");
  return title === "" ? message : `*${title}*\n${message}`;
}
