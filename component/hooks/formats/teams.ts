/**
 * The format of Microsoft Teams' webhooks: an Adaptive Card in `attachments` (workflows), or a MessageCard (the older
 * connectors).
 */
import { fieldsOf, isFields, listOf, textOf, urlOf } from "./fields.js";
import type { AlertLink } from "./alert.js";
import { meaningOf } from "./colour.js";
import type { Payload } from "./format.js";
import { fromMarkdown } from "./markdown.js";
import { notificationFormat, type PostedNotification } from "./notification.js";
import { bold, lines } from "./styling.js";

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

function messageCard(value: unknown): PostedNotification {
  const sections = listOf(value, "sections").flatMap((section) => [
    bold(textOf(section, "activityTitle", "title")),
    fromMarkdown(textOf(section, "activitySubtitle")),
    fromMarkdown(textOf(section, "activityText", "text")),
    ...listOf(section, "facts").map(fact),
  ]);
  const text = fromMarkdown(textOf(value, "text"));
  const actions = [
    ...listOf(value, "potentialAction"),
    ...listOf(value, "sections").flatMap((section) => listOf(section, "potentialAction")),
  ];
  const meaning = meaningOf(parseInt(textOf(value, "themeColor").replace(/^#/, ""), 16));
  const title = textOf(value, "title") || (text === "" ? textOf(value, "summary") : "");
  return {
    title,
    text: lines([text, ...sections]),
    severity: meaning === "good" ? "" : meaning,
    isGood: meaning === "good",
    links: actions.map((action) => ({
      name: textOf(action, "name"),
      url: urlOf(action, "uri", "target") || urlOf(listOf(action, "targets")[0], "uri"),
    })),
    image: urlOf(listOf(value, "sections")[0], "heroImage.image") || urlOf(value, "heroImage.image"),
  };
}

/** The colours of a card's first text, with the severities that programs mean by them. */
const COLOURS: ReadonlyMap<string, string> = new Map([
  ["attention", "critical"],
  ["warning", "warning"],
]);

function adaptiveCard(card: unknown): PostedNotification {
  const found: Found = { texts: [], links: [], images: [] };
  walk(listOf(card, "body"), found, 0);
  actionsOf(card, found);
  const [first, ...rest] = found.texts;
  const isTitled = first?.isHeading === true;
  const colour = first?.colour ?? "";
  return {
    title: isTitled ? first.text : "",
    text: lines((isTitled ? rest : found.texts).map(({ text }) => text)),
    severity: COLOURS.get(colour) ?? "",
    isGood: colour === "good",
    links: found.links,
    image: found.images[0],
  };
}

interface Found {
  readonly texts: { readonly text: string; readonly colour: string; readonly isHeading: boolean }[];
  readonly links: AlertLink[];
  readonly images: string[];
}

/** Collects what the elements of a card say, in order. */
function walk(elements: readonly unknown[], found: Found, depth: number): void {
  if (depth > MOST.depth) return;
  for (const element of elements) {
    if (found.texts.length >= MOST.lines) return;
    const type = textOf(element, "type");
    if (type === "TextBlock") add(found, element);
    else if (type === "RichTextBlock") push(found, listOf(element, "inlines").map(inlineText).join(""));
    else if (type === "FactSet") for (const each of listOf(element, "facts")) push(found, fact(each));
    else if (type === "Image" && textOf(element, "style") !== "Person")
      keepImage(found, urlOf(element, "url"));
    else if (type === "ActionSet") actionsOf(element, found);
    else if (type === "TableRow") push(found, cellsOf(element));
    else
      for (const name of ["items", "columns", "rows", "images", "body"])
        walk(listOf(element, name), found, depth + 1);
  }
}

function add(found: Found, block: unknown): void {
  const isHeading =
    /^(?:heading)$/i.test(textOf(block, "style")) ||
    /^(?:bolder)$/i.test(textOf(block, "weight")) ||
    /^(?:medium|large|extraLarge)$/i.test(textOf(block, "size"));
  const text = fromMarkdown(textOf(block, "text"));
  if (text !== "") found.texts.push({ text, colour: textOf(block, "color").toLowerCase(), isHeading });
}

function push(found: Found, text: string): void {
  if (text !== "") found.texts.push({ text, colour: "", isHeading: false });
}

function inlineText(inline: unknown): string {
  const text = typeof inline === "string" ? inline : fieldsOf(inline).text;
  return typeof text === "string" ? text : "";
}

function keepImage(found: Found, url: string): void {
  if (url !== "") found.images.push(url);
}

function cellsOf(row: unknown): string {
  const cells = listOf(row, "cells").map((cell) => {
    const inner: Found = { texts: [], links: [], images: [] };
    walk(listOf(cell, "items"), inner, MOST.depth - 1);
    return inner.texts.map(({ text }) => text).join(" ");
  });
  return cells.join(" | ");
}

function actionsOf(element: unknown, found: Found): void {
  for (const action of listOf(element, "actions"))
    if (isFields(action)) found.links.push({ name: textOf(action, "title"), url: urlOf(action, "url") });
}

function fact(value: unknown): string {
  const [name, text] = [
    textOf(value, "title", "name").replace(/:$/, ""),
    fromMarkdown(textOf(value, "value")),
  ];
  return name === "" ? text : `${name}: ${text}`;
}
