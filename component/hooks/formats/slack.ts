/** The format of Slack's incoming webhooks, which many programs support: text, blocks, attachments. */
import { HookFault } from "../fault.js";
import { fieldsAt, isFields, listAt, textAt, urlAt, wholeListAt } from "./fields.js";
import { type Format, type Payload, type ParsedPayload, jsonSample } from "./format.js";
import { fromMrkdwn } from "./mrkdwn.js";

/** Slack's maximum number of attachments. */
const MOST_ATTACHMENTS = 100;

const TEMPLATE = `{%- if text != "" %}{{ text }}
{% endif -%}
{%- for block in blocks %}{{ block }}
{% endfor -%}
{%- for each in attachments -%}
{%- if each.pretext != "" %}{{ each.pretext }}
{% endif -%}
{%- if each.author != "" %}{{ each.author }}
{% endif -%}
{%- if each.title != "" %}*{{ each.title }}*{% if each.url != "" %} ({{ each.url }}){% endif %}
{% endif -%}
{%- if each.text != "" %}{{ each.text }}
{% endif -%}
{%- for field in each.fields %}{% if field.title != "" %}{{ field.title }}: {% endif %}{{ field.value }}
{% endfor -%}
{%- if each.moreFields > 0 %}… and {{ each.moreFields }} more fields
{% endif -%}
{%- if each.footer != "" %}{{ each.footer }}
{% endif -%}
{%- if each.image != "" %}{{ each.image }}
{% endif -%}
{%- endfor -%}
{%- if more > 0 %}… and {{ more }} more
{%- endif -%}
`;

export const slack: Format = {
  name: "slack",
  knownBy: "JSON with text, blocks or attachments",
  isRetried: false,
  recognises: ({ json }) =>
    isFields(json?.value) &&
    ["text", "blocks", "attachments"].some((key) => Object.hasOwn(fieldsAt(json.value), key)),
  read,
  sample: jsonSample({
    text: "Backup of <https://db.example.org|db1> *finished* in 42 s",
    attachments: [{ title: "Details", fields: [{ title: "size", value: "12 GiB", short: true }] }],
  }),
  template: TEMPLATE,
  variables: {
    ...{ text: [], blocks: [], more: [] },
    attachments: [
      ...["pretext", "author", "title", "url", "text", "fields", "moreFields", "footer", "image"],
    ],
  },
  command: "qtalk-component hook add builds --to ops --format slack --title Builds",
  words: {
    en: {
      title: "Slack's incoming webhook",
      about:
        "JSON with text, blocks or attachments, also as a form's field payload; supported by Gitea, GitLab, Jenkins, Grafana, Uptime Kuma and many others.",
      where: "Enter the hook's address as the URL of a Slack webhook.",
      becomes:
        "The text with its marks as chat clients know them, a link as its label with the URL after it. If there are blocks, they take the text's place; below come attachments with their title, text, fields and buttons. It is answered as Slack answers, by its names and status codes.",
    },
    zh: {
      title: "Slack 的 Incoming Webhook",
      about:
        "含有 text、blocks 或 attachments 的 JSON，也可以放在表单的 payload 字段里；Gitea、GitLab、Jenkins、Grafana、Uptime Kuma 等许多程序都能发送。",
      where: "程序要填 Slack Webhook 的 URL 时，填 Hook 地址即可。",
      becomes:
        "文本及其标记按聊天客户端的写法显示，链接显示为文字，后跟网址。有 blocks 时取代 text；随后是各 attachment 的标题、文本、字段和按钮。响应与 Slack 相同，包括错误名和状态码。",
    },
  },
};

function read({ json }: Payload): ParsedPayload | HookFault {
  const value = json?.value;
  const { length } = wholeListAt(value, "attachments");
  if (length > MOST_ATTACHMENTS) {
    return new HookFault("attachments", `attachments: ${length}, more than the ${MOST_ATTACHMENTS} allowed`);
  }
  const read = { blocks: listAt(value, "blocks"), attachments: listAt(value, "attachments") };
  const given = { blocks: wholeListAt(value, "blocks"), attachments: wholeListAt(value, "attachments") };
  const all = read.attachments.map(attachment);
  const image = all.find((each) => each.image !== "")?.image ?? imageIn(read.blocks);
  // The first picture is a message of its own.
  const attachments = all.map((each) => (each.image === image ? { ...each, image: "" } : each));
  const blocks = read.blocks
    .map((block) =>
      lines(
        blockText(block)
          .split("\n")
          .filter((line) => line !== image),
      ),
    )
    .filter((text) => text !== "");
  const more = given.blocks.length - read.blocks.length + given.attachments.length - read.attachments.length;
  // If a post has blocks, Slack shows its text only in notifications.
  const text = blocks.length > 0 ? "" : fromMrkdwn(textAt(value, "text"));
  const view = { text, blocks, attachments, more };
  if (blocks.length === 0 && attachments.length === 0 && image === undefined) return { view, plain: text };
  return { view, ...(image !== undefined && { image }) };
}

function attachment(value: unknown) {
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

/** Returns the text of a block of Slack's Block Kit. */
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

/** Returns the text of a text object of type plain_text or mrkdwn. */
function objectText(value: unknown): string {
  const text = textAt(value, "text");
  return textAt(value, "type") === "plain_text" ? text : fromMrkdwn(text);
}

/** Returns the text and URL of a button. The text is an object in a block, and a string in an attachment. */
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
  const plain = typeof text === "string" ? text : "";
  switch (textAt(value, "type")) {
    case "link":
      return plain === "" ? urlAt(value, "url") : `${plain} (${urlAt(value, "url")})`;
    case "emoji":
      return `:${textAt(value, "name")}:`;
    case "user":
      return `@${textAt(value, "user_id")}`;
    case "broadcast":
      return `@${textAt(value, "range")}`;
    default:
      return plain;
  }
}

function bold(text: string): string {
  return text === "" || text.includes("*") ? text : `*${text}*`;
}

function imageIn(blocks: readonly unknown[]): string | undefined {
  return blocks.map((block) => urlAt(block, "image_url")).find((url) => url !== "");
}
