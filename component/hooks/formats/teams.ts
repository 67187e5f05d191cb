/**
 * The format of Microsoft Teams' webhooks: an Adaptive Card in `attachments` (workflows), or a MessageCard (the older
 * connectors).
 */
import { fieldsOf, isFields, listOf, textOf, urlOf } from "./fields.js";
import type { AlertLink } from "./alert.js";
import { withBreaksAndLinks, withoutMarks } from "./card-html.js";
import { meaningOf, type Meaning } from "./colour.js";
import type { Payload } from "./format.js";
import { fromMarkdown } from "./markdown.js";
import { notificationFormat, type PostedNotification } from "./notification.js";
import { bold, lines } from "./styling.js";
import { timeIn, timeText } from "./times.js";
import { withSpeaker } from "./vague-titles.js";

const CARD = "application/vnd.microsoft.card.adaptive";
/** How deep the parts of a card may be nested, and how many are read. */
const MOST = { depth: 8, lines: 100 };

export const teams = notificationFormat({
  name: "teams",
  knownBy: "an Adaptive Card in attachments, or a MessageCard",
  isRetried: false,
  dialect: "teams",
  recognises: (posted) => cardIn(posted) !== undefined || isMessageCard(posted.json?.value),
  parse: (posted) => {
    const card = cardIn(posted);
    return card === undefined ? messageCard(posted.json?.value) : adaptiveCard(card);
  },
});

/** Returns the first Adaptive Card of a post: among its attachments, or the post itself. */
function cardIn({ json }: Payload): unknown {
  const value = json?.value;
  if (textOf(value, "type") === "AdaptiveCard") return value;
  const attachment = listOf(value, "attachments").find((each) => textOf(each, "contentType") === CARD);
  return attachment === undefined ? undefined : fieldsOf(attachment, "content");
}

function isMessageCard(value: unknown): boolean {
  return (
    textOf(value, "@type") === "MessageCard" ||
    (textOf(value, "themeColor") !== "" && textOf(value, "title", "text", "summary") !== "")
  );
}

/** Returns the text of an older card, which may have marks of HTML beside Markdown; the entities are Markdown's, too. */
function older(text: string): string {
  const plain = withBreaksAndLinks(text, (label, url) => `[${label}](${url})`);
  return fromMarkdown(withoutMarks(plain)).trim();
}

function messageCard(value: unknown): PostedNotification {
  const sections = listOf(value, "sections").flatMap((section) => [
    bold(older(textOf(section, "activityTitle", "title"))),
    older(textOf(section, "activitySubtitle")),
    older(textOf(section, "activityText", "text")),
    ...listOf(section, "facts").map(fact),
  ]);
  const text = older(textOf(value, "text"));
  const actions = [
    ...listOf(value, "potentialAction"),
    ...listOf(value, "sections").flatMap((section) => listOf(section, "potentialAction")),
  ];
  const meaning = meaningOf(parseInt(textOf(value, "themeColor").replace(/^#/, ""), 16));
  const title = older(textOf(value, "title") || (text === "" ? textOf(value, "summary") : ""));
  return {
    title,
    // Some programs repeat the title as a section's.
    text: lines([text, ...sections].filter((line) => line !== bold(title))),
    severity: meaning === "good" ? "" : meaning,
    isGood: meaning === "good",
    links: actions.map((action) => ({
      name: textOf(action, "name"),
      url: urlOf(action, "uri", "target") || urlOf(listOf(action, "targets")[0], "uri"),
    })),
    image: urlOf(listOf(value, "sections")[0], "heroImage.image") || urlOf(value, "heroImage.image"),
  };
}

/** The colours of texts and the styles of what is around them, with what programs mean by them. */
const COLOURS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["attention", "critical"],
  ["warning", "warning"],
  ["good", "good"],
]);

function adaptiveCard(card: unknown): PostedNotification {
  const found: Found = { texts: [], links: [], images: [] };
  walk(listOf(card, "body"), found, START);
  actionsOf(card, found, START);
  const [first, second] = found.texts;
  const isTitled = first?.isHeading === true;
  const said = found.texts.map(({ text }) => text);
  // A title without colour names what the coloured sentence below it is about.
  const isAbout = isTitled && first.meaning === "" && second !== undefined && second.meaning !== "";
  const [title = "", ...rest] = isAbout ? withSpeaker(said[0] ?? "", lines(said.slice(1))).split("\n") : said;
  const meaning = (isAbout ? second.meaning : first?.meaning) ?? "";
  return {
    title: isTitled ? title : "",
    text: lines(isTitled ? rest : said),
    severity: meaning === "good" ? "" : meaning,
    isGood: meaning === "good",
    links: found.links,
    image: found.images[0],
  };
}

interface Found {
  readonly texts: { readonly text: string; readonly meaning: Meaning; readonly isHeading: boolean }[];
  readonly links: AlertLink[];
  readonly images: string[];
}

/** Where an element is: how deep in the card, and what the style around it means. */
interface Place {
  readonly depth: number;
  readonly meaning: Meaning;
}
const START: Place = { depth: 0, meaning: "" };

/** Collects what the elements of a card say, in order. */
function walk(elements: readonly unknown[], found: Found, place: Place): void {
  if (place.depth > MOST.depth) return;
  for (const element of elements) {
    if (found.texts.length >= MOST.lines) return;
    const type = textOf(element, "type");
    if (type === "TextBlock") add(found, element, place);
    else if (type === "RichTextBlock") push(found, listOf(element, "inlines").map(inlineText).join(""));
    else if (type === "FactSet") for (const each of listOf(element, "facts")) push(found, fact(each));
    else if (type === "Image") keepImage(found, element);
    else if (type === "CodeBlock") push(found, `\`\`\`\n${textOf(element, "codeSnippet")}\n\`\`\``);
    else if (type === "ActionSet") actionsOf(element, found, place);
    else if (type === "TableRow") push(found, cellsOf(element));
    else {
      const meaning = COLOURS.get(textOf(element, "style").toLowerCase()) ?? place.meaning;
      const inside = { depth: place.depth + 1, meaning };
      for (const name of ["items", "columns", "rows", "images", "body"])
        walk(listOf(element, name), found, inside);
    }
    const link = urlOf(element, "selectAction.url");
    if (link !== "") found.links.push({ name: textOf(element, "selectAction.title"), url: link });
  }
}

function add(found: Found, block: unknown, place: Place): void {
  const isHeading =
    /^(?:heading)$/i.test(textOf(block, "style")) ||
    /^(?:bolder)$/i.test(textOf(block, "weight")) ||
    /^(?:medium|large|extraLarge)$/i.test(textOf(block, "size"));
  const text = cardText(textOf(block, "text"));
  const meaning = COLOURS.get(textOf(block, "color").toLowerCase()) ?? place.meaning;
  if (text !== "") found.texts.push({ text, meaning, isHeading });
}

function push(found: Found, text: string): void {
  if (text !== "") found.texts.push({ text, meaning: "", isHeading: false });
}

function inlineText(inline: unknown): string {
  const text = typeof inline === "string" ? inline : fieldsOf(inline).text;
  return typeof text === "string" ? text : "";
}

/** Pictures of people and programs, and small ones, are decoration. */
function keepImage(found: Found, element: unknown): void {
  const sizes = [textOf(element, "size"), textOf(element, "width"), textOf(element, "height")];
  const isIcon = sizes.some((size) => /^(?:small|[1-9]\d?px)$/i.test(size));
  const url = urlOf(element, "url");
  if (url !== "" && !isIcon && textOf(element, "style").toLowerCase() !== "person") found.images.push(url);
}

function cellsOf(row: unknown): string {
  const cells = listOf(row, "cells").map((cell) => {
    const inner: Found = { texts: [], links: [], images: [] };
    walk(listOf(cell, "items"), inner, { ...START, depth: MOST.depth - 1 });
    return inner.texts.map(({ text }) => text).join(" ");
  });
  return cells.join(" | ");
}

/** Collects the links of buttons; what a button shows is said at once. */
function actionsOf(element: unknown, found: Found, { depth }: Place): void {
  for (const action of listOf(element, "actions")) {
    if (!isFields(action) || depth > MOST.depth) continue;
    const inside = { ...START, depth: depth + 1 };
    walk(listOf(action, "card.body"), found, inside);
    actionsOf(fieldsOf(action, "card"), found, inside);
    found.links.push({ name: textOf(action, "title"), url: urlOf(action, "url") });
  }
}

/** A time, which clients show as that of the reader: {{DATE(2026-01-02T03:04:05Z, SHORT)}}. */
const TIME = /\{\{(?:DATE|TIME)\(([\dTZ:.+-]{10,40})(?:,\s*\w{1,10})?\)\}\}/g;
/** A mention. */
const MENTION = /<at>([^<\n]{1,100})<\/at>/g;

/** Returns the text of a card, which is in Markdown. */
function cardText(text: string): string {
  const timed = text.replace(TIME, (whole, time: string) => {
    const at = timeIn(time);
    return at === undefined ? whole : timeText(at);
  });
  return fromMarkdown(timed.replace(MENTION, "@$1"));
}

function fact(value: unknown): string {
  const [name, text] = [
    cardText(textOf(value, "title", "name")).replace(/:$/, ""),
    cardText(textOf(value, "value")),
  ];
  return name === "" ? text : `${name}: ${text}`;
}
