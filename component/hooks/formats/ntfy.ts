/**
 * The format of ntfy's publishers (binwiederhier/ntfy, docs/publish.md): the body is the text, and headers or parameters
 * of the query say the rest; or all of it is JSON, with the topic. What a room can't do is refused with the reason.
 */
import { HookFault } from "../fault.js";
import { emojiOf } from "./emoji.js";
import { listOf, textOf, urlOf } from "./fields.js";
import { hasState, type AlertLink } from "./alert.js";
import { headerIn, type Payload, type PostedFile } from "./format.js";
import { fromMarkdown, isMarkdownType } from "./markdown.js";
import { notificationFormat } from "./notification.js";
import { shownActions } from "./ntfy-actions.js";
import { isPublished, isYes, ntfyParameter, ntfyParameterBeside, type NtfyName } from "./ntfy-parameters.js";
import { lines } from "./styling.js";
import { shortened } from "./shortening.js";

/** The parameters by which a post is recognised. Others are ordinary headers, too, or mean nothing alone. */
const TELLING: readonly NtfyName[] = [
  ...(["title", "tags", "click", "attach", "actions", "sequence", "delay", "markdown"] as const),
];
/** What ntfy's clients add to a topic's URL to publish without a body. */
const PUBLISH = ["publish", "send", "trigger"];
const PRIORITY = /^(?:[0-5]|min|low|default|high|max|urgent)$/i;
const SEVERITIES: ReadonlyMap<string, string> = new Map([
  ["5", "critical"],
  ["max", "critical"],
  ["urgent", "critical"],
  ["4", "warning"],
  ["high", "warning"],
  ["2", "info"],
  ["low", "info"],
  ["1", "info"],
  ["min", "info"],
]);
const MOST_TAGS = 10;
const PICTURE = /\.(?:png|jpe?g|gif|webp)(?:[?#]|$)/i;
/** What ntfy's server accepts as the id of a sequence. */
const SEQUENCE = /^[-_A-Za-z0-9]{1,64}$/;
/** What ntfy's server says of a post without a text. */
const NO_TEXT = "triggered";

export const ntfy = notificationFormat({
  name: "ntfy",
  knownBy: "a text with ntfy's headers (Title, Priority, Tags …), or JSON with topic",
  isRetried: false,
  suffixes: PUBLISH,
  triggers: true,
  dialect: "ntfy",
  recognises: (posted) =>
    isPublished(posted) ||
    isTemplated(posted) ||
    (posted.json === undefined &&
      (isTrigger(posted) ||
        TELLING.some((name) => ntfyParameterBeside(posted, name) !== "") ||
        (posted.text === "" && ntfyParameterBeside(posted, "message") !== "") ||
        PRIORITY.test(ntfyParameterBeside(posted, "priority")))),
  filesIn: (posted) => (isFileOf(posted) ? [fileIn(posted, ntfyParameter(posted, "filename"))] : undefined),
  parse: (posted) => {
    const value = (name: NtfyName): string => ntfyParameter(posted, name);
    const actions = shownActions(posted);
    const refused = refusalOf(posted, actions);
    if (refused !== undefined) return refused;
    const { links, lines: ofActions } = typeof actions === "string" ? { links: [], lines: [] } : actions;
    const isFile = isFileOf(posted);
    const body = isPublished(posted) || isFile ? "" : (posted.text ?? "").trim();
    // A body is the text, whatever the parameter says, unless it is a file.
    const text = body || value("message").replaceAll("\\n", "\n");
    const isMarkdown = isYes(value("markdown")) || isMarkdownType(headerIn(posted.headers, ["content-type"]));
    const attached = urlOf({ url: value("attach") }, "url");
    const sequence = value("sequence");
    // A message that later posts correct has no pictures.
    const isPicture = sequence === "" && PICTURE.test(value("filename") || attached);
    const { emoji, others } = tagsIn(posted);
    const title = value("title");
    const all: AlertLink[] = [
      { name: "", url: value("click") },
      ...links,
      ...(isPicture ? [] : [{ name: value("filename"), url: attached }]),
    ];
    const severity = SEVERITIES.get(value("priority").toLowerCase()) ?? "";
    const isQuiet = severity === "info" || emoji.some(hasState);
    const isEmpty = [title, text, ...emoji, ...others, ...all.map(({ url }) => url)].every(
      (each) => each === "",
    );
    const said = isEmpty && !isFile ? NO_TEXT : isMarkdown ? fromMarkdown(text) : text;
    return {
      title: title === "" ? "" : [...emoji, title].join(" "),
      text: lines([
        [...(title === "" ? emoji : []), said].join(" ").trim(),
        others.map((tag) => `#${tag}`).join(" "),
        ...ofActions,
      ]),
      severity: emoji.length > 0 && isQuiet ? "" : severity,
      links: all,
      image: isPicture ? attached : undefined,
      messageKey: sequence === "" ? undefined : sequence,
    };
  },
});

/** Returns why a post can't be said with all that it means. */
function refusalOf(posted: Payload, actions: object | string): HookFault | undefined {
  const refuse = (name: NtfyName, why: string): HookFault => new HookFault("payload", `${name}: ${why}`);
  const value = (name: NtfyName): string => ntfyParameter(posted, name);
  if (isTemplated(posted))
    return refuse(
      "template",
      "ntfy's templates aren't known here: give the hook a template of its own (hook set --template)",
    );
  if (value("delay") !== "")
    return refuse(
      "delay",
      "a hook says at once what is posted to it: post it when it is due. To learn that a program has stopped, use hook set --expect-every",
    );
  for (const name of ["email", "call"] as const)
    if (value(name) !== "" && !/^(?:0|no|false)$/i.test(value(name)))
      return refuse(name, "a hook posts to its room or user alone: leave this out");
  if (isYes(value("unifiedpush")))
    return refuse("unifiedpush", "this is a message for an app, not for people");
  const priority = value("priority");
  if (priority !== "" && !PRIORITY.test(priority))
    return refuse("priority", "give 1 to 5, or min, low, default, high, max or urgent");
  if (value("attach") !== "" && urlOf({ url: value("attach") }, "url") === "")
    return refuse("attach", "give a URL that begins with http:// or https://");
  const sequence = value("sequence");
  if (sequence !== "" && !SEQUENCE.test(sequence))
    return refuse("sequence", 'give 1 to 64 letters, digits, "_" and "-"');
  return typeof actions === "string" ? refuse("actions", actions) : undefined;
}

/** Whether title and message are templates, and the body is the JSON that they are for. */
function isTemplated(posted: Payload): boolean {
  const given = ntfyParameterBeside(posted, "template");
  if (given === "" || /^(?:0|no|false)$/i.test(given)) return false;
  const texts = [ntfyParameterBeside(posted, "title"), ntfyParameterBeside(posted, "message")];
  return !isYes(given) || texts.some((text) => text.includes("{{"));
}

/** Whether a post is a request to publish without a body. */
function isTrigger({ suffix = "" }: Payload): boolean {
  return PUBLISH.includes(suffix);
}

/** Whether the body is a file: with a file name, unless an attachment elsewhere has it (docs/publish.md, "Attachments"). */
function isFileOf(posted: Payload): boolean {
  return (
    ntfyParameter(posted, "filename") !== "" && ntfyParameter(posted, "attach") === "" && !isPublished(posted)
  );
}

/** Returns the body as a file. */
function fileIn({ files: [file] = [], text = "" }: Payload, name: string): PostedFile {
  return { type: "text/plain", bytes: Buffer.from(text), ...file, name };
}

/** Returns the emoji that a post's tags name, and its other tags (docs/publish.md, "Tags & emojis"). */
function tagsIn(posted: Payload): { readonly emoji: readonly string[]; readonly others: readonly string[] } {
  const listed = listOf(posted.json?.value, "tags").map((tag) => textOf({ tag }, "tag"));
  const tags = (listed.length > 0 ? listed : ntfyParameterBeside(posted, "tags").split(","))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "")
    .slice(0, MOST_TAGS);
  return {
    emoji: tags.flatMap((tag) => emojiOf(tag) ?? []),
    others: tags.filter((tag) => emojiOf(tag) === undefined).map((tag) => shortened(tag, 60)),
  };
}
