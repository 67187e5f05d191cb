/** The format of Slack's incoming webhooks, which many programs support: text, blocks, attachments. */
import { ownProperty } from "../../own-property.js";
import { HookFault } from "../fault.js";
import { hasState, signed } from "./alert.js";
import { joined } from "./alert-labels.js";
import { signOf, meaningOfName } from "./colour.js";
import { emojiOf, withEmoji } from "./emoji.js";
import { fieldsOf, isFields, listOf, textOf, urlOf, wholeListOf, type Fields } from "./fields.js";
import { templateIn, type Format, type Payload, type ParsedPayload } from "./format.js";
import { fromMarkdown } from "./markdown.js";
import { fromMrkdwn } from "./mrkdwn.js";
import { bold, fieldLine, fieldInOneLine, lines } from "./styling.js";
import { timeText } from "./times.js";
import {
  bareSentence,
  isVague,
  withoutImprint,
  withPlace,
  withSpeaker,
  withTold,
  type Told,
} from "./vague-titles.js";

const MAX_ATTACHMENTS = 100;

export const slack: Format = {
  name: "slack",
  knownBy: "JSON with text, blocks or attachments",
  isRetried: false,
  // Discord's and Mattermost's programs add it to a URL; github's, too, post as to GitHub's.
  suffixes: ["slack"],
  dialect: "slack",
  recognises: ({ json }) =>
    isFields(json?.value) &&
    ["text", "blocks", "attachments"].some((key) => Object.hasOwn(fieldsOf(json.value), key)),
  read,
  template: templateIn("slack"),
};

function read({ json }: Payload): ParsedPayload | HookFault {
  const value = json?.value;
  const given = { blocks: wholeListOf(value, "blocks"), attachments: wholeListOf(value, "attachments") };
  const { length } = given.attachments;
  if (length > MAX_ATTACHMENTS)
    return new HookFault("attachments", `attachments: ${length}, more than the ${MAX_ATTACHMENTS} allowed`);
  const read = { blocks: listOf(value, "blocks"), attachments: listOf(value, "attachments") };
  // The one colour of a post is about its text, too, which comes first.
  const text = read.blocks.length > 0 ? "" : toldText(fromMrkdwn(textOf(value, "text")));
  const signs = read.attachments.map(signIn);
  const isShared = text !== "" && !hasState(text) && signs.filter((sign) => sign !== "").length === 1;
  const all = read.attachments.map((each, at) => attachment(each, isShared ? "" : (signs[at] ?? ""), text));
  const image = all.find((each) => each.image !== "")?.image ?? imageIn(read.blocks);
  // The first picture is a message of its own.
  const attachments = all.map((each) => (each.image === image ? { ...each, image: "" } : each));
  const blocks = toldBlocks(read.blocks, image);
  const more = given.blocks.length - read.blocks.length + length - read.attachments.length;
  // If a post has blocks, Slack shows its text only in notifications.
  const own = blocks.length > 0 ? "" : signed(isShared ? signs.join("") : "", text);
  const view = { text: own, blocks, attachments, more };
  const isText = blocks.length === 0 && attachments.length === 0 && image === undefined;
  return isText ? { view, plain: own } : { view, image };
}

/** Returns what blocks say. A header that names only the program has what follows it in its line. */
function toldBlocks(blocks: readonly unknown[], image: string | undefined): readonly string[] {
  const texts = blocks.map((block) => withoutLine(blockText(block), image)).filter((text) => text !== "");
  const [first = "", second = "", ...more] = texts;
  const { title, text } = withTold(first, second);
  return [title, text, ...more].filter((each) => each !== "");
}

function toldText(text: string): string {
  const end = text.indexOf("\n");
  if (end < 0) return text;
  const { title, text: rest } = withTold(text.slice(0, end), text.slice(end + 1));
  return lines([title, rest]);
}

/** Removes empty lines, and the lines that have only this text. */
function withoutLine(text: string, line: string | undefined): string {
  return lines(text.split("\n").filter((each) => each !== line));
}

function signIn(value: unknown): string {
  return signOf(meaningOfName(textOf(value, "color")));
}

/** @param colour its sign; "" if it stands elsewhere @param above the post's text, which isn't said again */
function attachment(value: unknown, colour: string, above: string) {
  const blocks = listOf(value, "blocks");
  const image = urlOf(value, "image_url") || imageIn(blocks);
  const told = titled(value);
  const fields = listOf(value, "fields").map((field) => {
    const [name, content] = [textOf(field, "title"), fromMrkdwn(textOf(field, "value"))];
    return { title: name, value: content, line: fieldLine(name, content) };
  });
  const said = lines([told.text, ...toldBlocks(blocks, image), ...listOf(value, "actions").map(button)]);
  // Slack shows the fallback where there is nothing else.
  const isEmpty = told.pretext + told.title + said === "" && fields.length === 0;
  const shown = isEmpty ? fromMrkdwn(textOf(value, "fallback")) : said;
  const text = lines(shown.split("\n").filter((line) => isEmpty || !isRepeated(line, above)));
  // The sentence above has its own sign.
  const sign = text !== shown && hasState(above) ? "" : colour;
  return {
    ...headOf({ ...told, title: withPlace(told.title, fields), text }, sign),
    url: urlOf(value, "title_link"),
    fields,
    moreFields: wholeListOf(value, "fields").length - listOf(value, "fields").length,
    footer: withoutImprint(textOf(value, "footer")),
    image: image ?? "",
  };
}

/** What stands above an attachment's fields. */
interface Head extends Told {
  /** Slack shows it above the attachment. */
  readonly pretext: string;
  /** Slack shows it in small letters above the title. */
  readonly author: string;
}

/** Reads what stands above an attachment's fields. A pretext or title that names only the program has what follows it in its line. */
function titled(value: unknown): Head {
  const [pretext, author] = [fromMrkdwn(textOf(value, "pretext")), textOf(value, "author_name")];
  const { title, text } = withTold(fromMrkdwn(textOf(value, "title")), fromMrkdwn(textOf(value, "text")));
  if (!isVague(pretext)) return { pretext, author, title, text };
  if (title !== "") return { pretext: "", author, title: `${pretext}: ${title}`, text };
  const told = withTold(pretext, text);
  return { pretext: told.title, author, title, text: told.text };
}

/** Puts the colour's sign into the first line. Without a line of its own, the author stands in the text's first. */
function headOf({ pretext, author, title, text }: Head, colour: string): Head & { readonly sign: string } {
  const isLed = pretext !== "";
  const isBare = title === "" && !isLed;
  const sign = hasState(isLed ? pretext : title) ? "" : colour;
  return {
    pretext: isLed ? signed(sign, pretext) : "",
    /** The title's sign; "" if it has one, or isn't the first line. */
    sign: isLed || isBare ? "" : sign,
    title,
    author: isBare || (title !== "" && isVague(author)) ? "" : author,
    text: isBare && text + author !== "" ? signed(sign, withSpeaker(author, text)) : text,
  };
}

/** Whether a line says again what a post's text says. */
function isRepeated(line: string, text: string): boolean {
  return line !== "" && text !== "" && bareSentence(line) === bareSentence(text);
}

/** Returns the text of a block of Slack's Block Kit. */
function blockText(block: unknown): string {
  switch (textOf(block, "type")) {
    case "header":
      return bold(objectText(fieldsOf(block, "text")));
    case "section": {
      const fields = listOf(block, "fields").map((field) => fieldInOneLine(objectText(field)));
      const accessory = fieldsOf(block, "accessory");
      const more = [button(accessory), urlOf(accessory, "image_url")];
      return lines([objectText(fieldsOf(block, "text")), ...fields, ...more]);
    }
    case "context":
      return listOf(block, "elements")
        .map(objectText)
        .filter((text) => text !== "")
        .join(" ");
    case "actions":
      return lines(listOf(block, "elements").map(button));
    case "markdown":
      return fromMarkdown(textOf(block, "text"));
    case "image":
      return lines([textOf(block, "title.text"), textOf(block, "alt_text"), urlOf(block, "image_url")]);
    case "table":
      return listOf(block, "rows").map(tableRow).join("\n");
    case "rich_text":
      return listOf(block, "elements").map(richText).join("\n").trimEnd();
    default:
      return "";
  }
}

/** Returns the text of a text object of type plain_text or mrkdwn. */
function objectText(value: unknown): string {
  const text = textOf(value, "text");
  return textOf(value, "type") === "plain_text" ? withEmoji(text) : fromMrkdwn(text);
}

/** Returns the text and URL of a button. The text is an object in a block, and a string in an attachment. */
function button(value: unknown): string {
  const url = urlOf(value, "url");
  return url === "" ? "" : `${withEmoji(textOf(value, "text.text", "text"))} ${url}`;
}

function richText(element: unknown): string {
  const inner = listOf(element, "elements");
  switch (textOf(element, "type")) {
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

/** Returns a row of a table, whose cells are plain or rich text. */
function tableRow(row: unknown): string {
  const cells = listOf({ row }, "row").map((cell) =>
    textOf(cell, "type") === "rich_text"
      ? listOf(cell, "elements").map(richText).join(" ")
      : withEmoji(textOf(cell, "text")),
  );
  return cells.map((cell) => cell.replaceAll("\n", " ").trim()).join(" | ");
}

/** Says a piece of a rich text. */
type PieceVoice = (value: unknown, text: string) => string;

/** The pieces of a rich text that aren't texts, by type. */
const PIECES: ReadonlyMap<string, PieceVoice> = new Map<string, PieceVoice>([
  ["link", (value, text) => joined(" ", text, urlOf(value, "url"))],
  ["emoji", (value) => emojiOf(textOf(value, "name")) ?? `:${textOf(value, "name")}:`],
  ["user", (value) => `@${textOf(value, "user_id")}`],
  ["usergroup", (value) => `@${textOf(value, "usergroup_id")}`],
  ["channel", (value) => `#${textOf(value, "channel_id")}`],
  ["broadcast", (value) => `@${textOf(value, "range")}`],
  ["color", (value) => textOf(value, "value")],
  ["date", dateText],
]);

/** The marks of styles (XEP-0393), the outermost last. */
const STYLES: readonly (readonly [style: string, mark: string])[] = [
  ["code", "`"],
  ["strike", "~"],
  ["italic", "_"],
  ["bold", "*"],
];

function richPiece(value: unknown): string {
  const { text } = fieldsOf(value);
  const plain = typeof text === "string" ? text : "";
  const said = PIECES.get(textOf(value, "type"))?.(value, plain) ?? plain;
  return textOf(value, "type") === "link" ? said : styled(said, fieldsOf(value, "style"));
}

/** Puts the marks of a piece's styles around it. Marks must touch the text, and not span lines. */
function styled(text: string, style: Fields): string {
  const inner = text.trim();
  if (inner === "" || inner.includes("\n")) return text;
  const marks = STYLES.filter(([name]) => ownProperty(style, name) === true);
  const marked = marks.reduce((all, [, mark]) => mark + all + mark, inner);
  const start = text.indexOf(inner);
  return text.slice(0, start) + marked + text.slice(start + inner.length);
}

/** A date has a text for clients that can't show it in the reader's time. */
function dateText(value: unknown): string {
  const seconds = Number(textOf(value, "timestamp"));
  const isTime = Number.isSafeInteger(seconds) && Math.abs(seconds) < 1e11;
  return textOf(value, "fallback") || (isTime ? timeText(seconds * 1000) : "");
}

/** Returns the first picture of blocks: one of its own, or else one beside a text. */
function imageIn(blocks: readonly unknown[]): string | undefined {
  const urls = ["image_url", "accessory.image_url"].flatMap((path) =>
    blocks.map((block) => urlOf(block, path)),
  );
  return urls.find((url) => url !== "");
}
