/** The format of Google Chat's incoming webhooks: cards, perhaps below a text. A text alone has Slack's format. */
import { joined } from "./alert-labels.js";
import { withBreaksAndLinks, withoutMarks } from "./card-html.js";
import { meaningOfName, type Meaning } from "./colour.js";
import type { AlertLink } from "./alert.js";
import { fieldsOf, listOf, textOf, urlOf } from "./fields.js";
import { fromMarkdown } from "./markdown.js";
import { fromMrkdwn } from "./mrkdwn.js";
import { notificationFormat, type PostedNotification } from "./notification.js";
import { withoutImprint } from "./vague-titles.js";
import { bold, fieldLine, fieldInOneLine, lines } from "./styling.js";

/** How deep widgets may be nested in columns, and how many texts are read. */
const MOST = { depth: 4, texts: 100 };

export const googleChat = notificationFormat({
  name: "google-chat",
  knownBy: "a list cards or cardsV2",
  isRetried: false,
  recognises: ({ json }) => cardsIn(json?.value).length > 0,
  parse: ({ json }) => notificationOf(json?.value),
});

/** Returns the cards of a post: older ones as they are, newer ones from below their ids. */
function cardsIn(value: unknown): readonly unknown[] {
  const newer = [...listOf(value, "cardsV2"), ...listOf(value, "cards_v2")];
  return [...newer.map((each) => fieldsOf(each, "card")), ...listOf(value, "cards")].filter(
    (card) => Object.hasOwn(fieldsOf(card), "header") || listOf(card, "sections").length > 0,
  );
}

interface Found {
  readonly texts: string[];
  readonly links: AlertLink[];
  readonly images: string[];
  /** What the colours of texts mean, in order. */
  readonly meanings: Meaning[];
}

function notificationOf(value: unknown): PostedNotification {
  const found: Found = { texts: [], links: [], images: [], meanings: [] };
  const own = fromMrkdwn(textOf(value, "text"));
  let title = "";
  for (const [index, card] of cardsIn(value).entries()) {
    const heading = cardText(textOf(card, "header.title"), found);
    // The first heading is the title, unless a text stands above it.
    const isTitle = index === 0 && own === "";
    if (isTitle) title = heading;
    found.texts.push(isTitle ? "" : bold(heading), cardText(textOf(card, "header.subtitle"), found));
    sections(card, found);
  }
  const said = lines([own, ...found.texts]);
  const meaning = found.meanings.find((each) => each !== "") ?? "";
  return {
    title,
    // Of a card without any words, the text for notifications is left.
    text: title + said === "" ? textOf(value, "fallbackText", "previewText") : said,
    severity: meaning === "good" ? "" : meaning,
    isGood: meaning === "good",
    links: found.links,
    image: found.images[0],
  };
}

function sections(card: unknown, found: Found): void {
  for (const section of listOf(card, "sections")) {
    found.texts.push(bold(cardText(textOf(section, "header"), found)));
    walk(listOf(section, "widgets"), found, 0);
  }
}

/** Collects what widgets say, in order. */
function walk(widgets: readonly unknown[], found: Found, depth: number): void {
  if (depth > MOST.depth) return;
  for (const widget of widgets) {
    if (found.texts.length >= MOST.texts) return;
    const paragraph = fieldsOf(widget, "textParagraph");
    const isMarkdown = textOf(paragraph, "textSyntax") === "MARKDOWN";
    const text = textOf(paragraph, "text");
    const said = isMarkdown ? fromMarkdown(text) : fieldInOneLine(cardText(text, found));
    found.texts.push(withoutImprint(said));
    for (const name of ["decoratedText", "keyValue"]) labelled(fieldsOf(widget, name), found);
    const image = urlOf(widget, "image.imageUrl");
    if (image !== "") found.images.push(image);
    for (const item of listOf(widget, "grid.items"))
      found.texts.push(joined(": ", textOf(item, "title"), textOf(item, "subtitle")));
    for (const button of [...listOf(widget, "buttons"), ...listOf(widget, "buttonList.buttons")])
      keepLink(button, found);
    for (const column of listOf(widget, "columns.columnItems"))
      walk(listOf(column, "widgets"), found, depth + 1);
  }
}

/** Collects a text with a label above it, and perhaps another below it. */
function labelled(value: unknown, found: Found): void {
  const part = (...names: readonly string[]): string => cardText(textOf(value, ...names), found);
  const label = part("topLabel").replace(/:$/, "");
  found.texts.push(fieldLine(label, part("text", "content")), part("bottomLabel"));
  for (const each of [fieldsOf(value, "button"), value]) keepLink(each, found);
}

/** Keeps where a button leads, or a text that can be tapped. */
function keepLink(button: unknown, found: Found): void {
  const older = ["textButton", "imageButton"].map((name) => fieldsOf(button, name));
  for (const each of [button, ...older]) {
    const url = urlOf(each, "onClick.openLink.url");
    const isText = Object.hasOwn(fieldsOf(each), "topLabel");
    if (url !== "") found.links.push({ name: isText ? "" : textOf(each, "text", "altText", "name"), url });
  }
}

const COLOUR = /<font\s[^<>]{0,100}?color=["']?([#\w]{1,20})/gi;
const MARKS: readonly (readonly [mark: RegExp, style: string])[] = [
  [/<(?:b|strong)>([^<>\n]{1,1000})<\/(?:b|strong)>/gi, "*$1*"],
  [/<(?:i|em)>([^<>\n]{1,1000})<\/(?:i|em)>/gi, "_$1_"],
  [/<(?:s|strike|del)>([^<>\n]{1,1000})<\/(?:s|strike|del)>/gi, "~$1~"],
];
const ENTITIES: readonly (readonly [entity: RegExp, text: string])[] = [
  [/&quot;/g, '"'],
  [/&(?:#39|#x27|apos);/gi, "'"],
  [/&nbsp;/g, " "],
];

/** Returns the text of a card, which has marks of HTML, and keeps what its colours mean. */
function cardText(text: string, found: Found): string {
  for (const [, colour = ""] of text.matchAll(COLOUR)) found.meanings.push(meaningOfName(colour));
  const plain = withBreaksAndLinks(text, (label, url) =>
    `${url}${label}`.includes("|") ? undefined : `<${url}|${label}>`,
  );
  const styled = MARKS.reduce((all, [mark, style]) => all.replace(mark, style), plain);
  const decoded = ENTITIES.reduce((all, [entity, sign]) => all.replace(entity, sign), withoutMarks(styled));
  return fromMrkdwn(decoded).trim();
}
