/** Posts to a Slack incoming webhook, which very many programs can make: text, blocks, attachments. */
import { HookFault } from "../fault.js";
import { fieldsAt, isFields, listAt, textAt, urlAt, wholeListAt } from "./fields.js";
import type { Format, Posted, Reading } from "./format.js";
import { fromMrkdwn } from "./mrkdwn.js";

/** Slack takes no more. */
const MOST_ATTACHMENTS = 100;

export interface SlackAttachment {
  readonly pretext: string;
  readonly author: string;
  readonly title: string;
  readonly url: string;
  readonly text: string;
  readonly fields: readonly { readonly title: string; readonly value: string }[];
  /** How many more fields there are. */
  readonly moreFields: number;
  readonly footer: string;
  readonly image: string;
}

export const slack: Format = {
  name: "slack",
  knownBy: "JSON with text, blocks or attachments",
  isRetried: false,
  recognises: ({ json }) =>
    isFields(json?.value) && ["text", "blocks", "attachments"].some((key) => key in fieldsAt(json.value)),
  read,
};

function read({ json }: Posted): Reading | HookFault {
  const value = json?.value;
  const given = wholeListAt(value, "attachments");
  if (given.length > MOST_ATTACHMENTS) {
    return new HookFault(
      "attachments",
      `attachments: ${given.length}, more than the ${MOST_ATTACHMENTS} allowed`,
    );
  }
  const read = { blocks: listAt(value, "blocks"), attachments: listAt(value, "attachments") };
  const blocks = read.blocks.map(blockText).filter((text) => text !== "");
  const attachments = read.attachments.map(attachment);
  const more =
    wholeListAt(value, "blocks").length - read.blocks.length + given.length - read.attachments.length;
  // Where there are blocks, the text is for notifications alone.
  const text = blocks.length > 0 ? "" : fromMrkdwn(textAt(value, "text"));
  const image = attachments.find((each) => each.image !== "")?.image ?? imageIn(read.blocks);
  const view = { text, blocks, attachments, more };
  if (blocks.length === 0 && attachments.length === 0 && image === undefined) return { view, plain: text };
  return { view, ...(image !== undefined && { image }) };
}

function attachment(value: unknown): SlackAttachment {
  const own = {
    pretext: fromMrkdwn(textAt(value, "pretext")),
    author: textAt(value, "author_name"),
    title: fromMrkdwn(textAt(value, "title")),
    url: urlAt(value, "title_link"),
    text: lines([
      fromMrkdwn(textAt(value, "text")),
      ...wholeListAt(value, "blocks").map(blockText),
      ...wholeListAt(value, "actions").map(button),
    ]),
    fields: listAt(value, "fields").map((field) => ({
      title: textAt(field, "title"),
      value: fromMrkdwn(textAt(field, "value")),
    })),
    moreFields: wholeListAt(value, "fields").length - listAt(value, "fields").length,
    footer: textAt(value, "footer"),
    image: urlAt(value, "image_url"),
  };
  const isEmpty = own.pretext + own.title + own.text === "" && own.fields.length === 0;
  return isEmpty ? { ...own, text: fromMrkdwn(textAt(value, "fallback")) } : own;
}

/** Block Kit: what of a block is text. */
function blockText(block: unknown): string {
  switch (textAt(block, "type")) {
    case "header":
      return bold(objectText(fieldsAt(block, "text")));
    case "section": {
      const fields = wholeListAt(block, "fields").map(objectText);
      return lines([objectText(fieldsAt(block, "text")), ...fields, button(fieldsAt(block, "accessory"))]);
    }
    case "context":
      return wholeListAt(block, "elements")
        .map(objectText)
        .filter((text) => text !== "")
        .join(" ");
    case "actions":
      return lines(wholeListAt(block, "elements").map(button));
    case "markdown":
      return textAt(block, "text");
    case "image":
      return lines([textAt(block, "title", "text"), textAt(block, "alt_text"), urlAt(block, "image_url")]);
    case "rich_text":
      return wholeListAt(block, "elements").map(richText).join("\n").trimEnd();
    default:
      return "";
  }
}

/** A text object: plain, or mrkdwn. */
function objectText(value: unknown): string {
  const text = textAt(value, "text");
  return textAt(value, "type") === "plain_text" ? text : fromMrkdwn(text);
}

/** A block's, whose text is an object, or an attachment's, whose text is one. */
function button(value: unknown): string {
  const url = urlAt(value, "url");
  return url === "" ? "" : `${textAt(value, "text", "text") || textAt(value, "text")} (${url})`;
}

function lines(texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join("\n");
}

function richText(element: unknown): string {
  const inner = wholeListAt(element, "elements");
  switch (textAt(element, "type")) {
    case "rich_text_list":
      return inner.map((item) => `• ${richText(item)}`).join("\n");
    case "rich_text_quote":
      return `> ${inner.map(richPiece).join("").replaceAll("\n", "\n> ")}`;
    case "rich_text_preformatted":
      return `\`\`\`\n${inner.map(richPiece).join("")}\n\`\`\``;
    default:
      return inner.map(richPiece).join("");
  }
}

function richPiece(value: unknown): string {
  const { text } = fieldsAt(value);
  const said = typeof text === "string" ? text : "";
  switch (textAt(value, "type")) {
    case "link":
      return said === "" ? urlAt(value, "url") : `${said} (${urlAt(value, "url")})`;
    case "emoji":
      return `:${textAt(value, "name")}:`;
    case "user":
      return `@${textAt(value, "user_id")}`;
    case "broadcast":
      return `@${textAt(value, "range")}`;
    default:
      return said;
  }
}

function bold(text: string): string {
  return text === "" || text.includes("*") ? text : `*${text}*`;
}

function imageIn(blocks: readonly unknown[]): string | undefined {
  return blocks.map((block) => urlAt(block, "image_url")).find((url) => url !== "");
}
