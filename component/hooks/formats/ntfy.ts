/**
 * The format of ntfy's publishers (binwiederhier/ntfy, docs/publish.md): the body is the text, and headers or parameters
 * of the query say the rest; or all of it is JSON, with the topic.
 */
import { isUtf8 } from "node:buffer";
import { foreignJson } from "../../limits/foreign-json.js";
import { ownProperty } from "../../own-property.js";
import { isFields, listOf, textOf, urlOf } from "./fields.js";
import type { AlertLink } from "./alert.js";
import { headerIn, type Payload, type PostedFile } from "./format.js";
import { fromMarkdown } from "./markdown.js";
import { notificationFormat } from "./notification.js";
import { emojiOf } from "./emoji.js";
import { shortened } from "./shortening.js";

/** The names of the parameters, as headers or in the query: ntfy's server/server.go, parsePublishParams. */
const NAMES = {
  title: ["x-title", "title", "ti", "t"],
  message: ["x-message", "message", "m"],
  priority: ["x-priority", "priority", "prio", "p"],
  tags: ["x-tags", "tags", "tag", "ta"],
  click: ["x-click", "click"],
  attach: ["x-attach", "attach", "a"],
  filename: ["x-filename", "filename", "file", "f"],
  markdown: ["x-markdown", "markdown", "md"],
  actions: ["x-actions", "actions", "action"],
  sequence: ["x-sequence-id", "sequence-id", "sid"],
} as const;
type Name = keyof typeof NAMES;

/** The parameters by which a post is recognised. Others are ordinary headers, too, or mean nothing alone. */
const TELLING: readonly Name[] = ["title", "tags", "click", "attach", "actions", "sequence"];
const PRIORITY = /^(?:[1-5]|min|low|default|high|max|urgent)$/i;
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
const ENCODED_WORD = /=\?([\w-]+)\?([bq])\?([^?\s]*)\?=/gi;
const PICTURE = /\.(?:png|jpe?g|gif|webp)(?:[?#]|$)/i;

export const ntfy = notificationFormat({
  name: "ntfy",
  knownBy: "a text with ntfy's headers (Title, Priority, Tags …), or JSON with topic",
  isRetried: false,
  dialect: "ntfy",
  recognises: (posted) =>
    isPublished(posted) ||
    (posted.json === undefined &&
      (TELLING.some((name) => given(posted, name) !== "") || PRIORITY.test(given(posted, "priority")))),
  filesIn: (posted) => (isFileOf(posted) ? [fileIn(posted, valueOf(posted, "filename"))] : undefined),
  parse: (posted) => {
    const value = (name: Name): string => valueOf(posted, name);
    const attached = value("attach");
    const isFile = isFileOf(posted);
    const body = isPublished(posted) || isFile ? "" : (posted.text ?? "");
    const text = value("message") || body;
    const isMarkdown =
      /^(?:1|yes|true|on)$/i.test(value("markdown")) ||
      /^text\/markdown\b/i.test(headerIn(posted.headers, ["content-type"]) ?? "");
    const isPicture = PICTURE.test(value("filename") || attached);
    const { emoji, others } = tagsIn(posted);
    const title = value("title");
    const links: AlertLink[] = [
      { name: "", url: urlOf({ url: value("click") }, "url") },
      ...actionsIn(posted),
      ...(isPicture ? [] : [{ name: value("filename"), url: urlOf({ url: attached }, "url") }]),
    ];
    const severity = SEVERITIES.get(value("priority").toLowerCase()) ?? "";
    return {
      title: title === "" ? "" : [...emoji, title].join(" "),
      text: [
        [...(title === "" ? emoji : []), isMarkdown ? fromMarkdown(text) : text].join(" ").trim(),
        others.map((tag) => `#${tag}`).join(" "),
      ]
        .filter((line) => line !== "")
        .join("\n"),
      // An emoji in front says as much as a sign.
      severity: emoji.length > 0 ? "" : severity,
      links,
      image: isPicture ? urlOf({ url: attached }, "url") : undefined,
    };
  },
});

/** Whether the body is a file: with a file name, unless an attachment elsewhere has it (docs/publish.md, "Attachments"). */
function isFileOf(posted: Payload): boolean {
  return valueOf(posted, "filename") !== "" && valueOf(posted, "attach") === "" && !isPublished(posted);
}

/** Returns the body as a file. */
function fileIn({ files: [file] = [], text = "" }: Payload, name: string): PostedFile {
  return { type: "text/plain", bytes: Buffer.from(text), ...file, name };
}

/** Whether a post is JSON for ntfy's publishing (docs/publish.md, "Publish as JSON"). */
function isPublished({ json }: Payload): boolean {
  return (
    isFields(json?.value) &&
    textOf(json.value, "topic") !== "" &&
    textOf(json.value, "message", "title") !== ""
  );
}

/** Returns a parameter; "" if it is missing. */
function valueOf(posted: Payload, name: Name): string {
  const field = name === "sequence" ? "sequence_id" : name;
  const value = isPublished(posted) ? posted.json?.value : undefined;
  const published = isFields(value) ? ownProperty(value, field) : undefined;
  return (published === true ? "yes" : textOf({ published }, "published")) || given(posted, name);
}

/** Returns a parameter from the headers or else from the query; "" if it is missing. */
function given({ headers, query }: Payload, name: Name): string {
  for (const key of NAMES[name]) {
    const value = ownProperty(headers, key);
    if (typeof value === "string" && value.trim() !== "") return headerText(value.trim());
  }
  for (const key of NAMES[name]) {
    const value = query?.get(key)?.trim() ?? "";
    if (value !== "") return value;
  }
  return "";
}

/** Decodes a header's value: UTF-8 that was read as ISO 8859-1, or encoded words (RFC 2047). */
function headerText(value: string): string {
  const bytes = Buffer.from(value, "latin1");
  const isLatin = bytes.toString("latin1") === value;
  const text = isLatin && isUtf8(bytes) ? bytes.toString() : value;
  return text.replace(ENCODED_WORD, (word, charset: string, kind: string, given: string) => {
    if (!/^utf-?8$/i.test(charset)) return word;
    if (/^b$/i.test(kind)) return Buffer.from(given, "base64").toString();
    const octets = given
      .replaceAll("_", " ")
      .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(octets, "latin1").toString();
  });
}

/** Returns the emoji that a post's tags name, and its other tags (docs/publish.md, "Tags & emojis"). */
function tagsIn(posted: Payload): { readonly emoji: readonly string[]; readonly others: readonly string[] } {
  const listed = listOf(posted.json?.value, "tags").map((tag) => textOf({ tag }, "tag"));
  const tags = (listed.length > 0 ? listed : given(posted, "tags").split(","))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "")
    .slice(0, MOST_TAGS);
  return {
    emoji: tags.flatMap((tag) => emojiOf(tag) ?? []),
    others: tags.filter((tag) => emojiOf(tag) === undefined).map((tag) => shortened(tag, 60)),
  };
}

/** Returns the links of actions that open one: in JSON, or as `view, Label, URL; …` in a header. */
function actionsIn(posted: Payload): readonly AlertLink[] {
  const text = given(posted, "actions");
  const listed = listOf(posted.json?.value, "actions");
  const actions = listed.length > 0 ? listed : text.startsWith("[") ? parsedList(text) : undefined;
  if (actions !== undefined)
    return actions
      .filter((action) => textOf(action, "action") === "view")
      .map((action) => ({ name: textOf(action, "label"), url: urlOf(action, "url") }));
  return split(text.slice(0, READ_ACTIONS), ";").flatMap((each) => {
    const parts = split(each, ",").map((part) => part.trim());
    const named = (name: string, at: number): string => {
      const given = parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
      return unquoted(given ?? parts[at] ?? "");
    };
    return named("action", 0) === "view"
      ? [{ name: named("label", 1), url: urlOf({ url: named("url", 2) }, "url") }]
      : [];
  });
}

/** How much of actions is read, in characters: ntfy itself takes three. */
const READ_ACTIONS = 2_000;

/** Splits a text at a mark that isn't in quotes, which begin a value (ntfy's server/actions.go). */
function split(text: string, mark: "," | ";"): readonly string[] {
  const parts = [""];
  let quote = "";
  let last = mark as string;
  for (const char of text) {
    const isQuote = char === '"' || char === "'";
    if (isQuote && quote === "" && `${mark}= `.includes(last)) quote = char;
    else if (char === quote) quote = "";
    if (char === mark && quote === "") parts.push("");
    else parts.push(`${parts.pop() ?? ""}${char}`);
    last = char;
  }
  return parts;
}

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}

function parsedList(text: string): readonly unknown[] {
  const read = foreignJson(text);
  return "fault" in read ? [] : listOf({ list: read.value }, "list");
}
