/** The format of Discord's webhooks ("Execute Webhook"): content and embeds. Attachments of the post are its files. */
import { HookFault } from "../fault.js";
import { signed } from "./alert.js";
import { meaningOf, signOf } from "./colour.js";
import { componentsOf, hasComponents } from "./discord-components.js";
import { withEmoji } from "./emoji.js";
import { fieldsOf, listOf, textOf, urlOf, wholeListOf } from "./fields.js";
import { templateIn, type Format, type ParsedPayload, type Payload } from "./format.js";
import { fromMarkdown } from "./markdown.js";
import { fieldLine, lines } from "./styling.js";
import { isVague, withoutImprint, withPlace, withSpeaker, withTold } from "./vague-titles.js";
import { timeText } from "./times.js";

export const discord: Format = {
  name: "discord",
  knownBy: "JSON with content, embeds, components or poll",
  isRetried: false,
  dialect: "discord",
  recognises: ({ json }) =>
    textOf(json?.value, "content", "poll.question.text") !== "" ||
    wholeListOf(json?.value, "embeds").length > 0 ||
    hasComponents(json?.value),
  read,
  template: templateIn("discord"),
};

function read({ json }: Payload): ParsedPayload | HookFault {
  const value = json?.value;
  const all = wholeListOf(value, "embeds");
  // Discord's own limit is 10.
  const read = listOf(value, "embeds").map(embed);
  const components = componentsOf(value);
  const images = [
    ...read.map((each) => each.image),
    ...components.images,
    ...read.map((each) => each.thumbnail),
  ];
  const image = images.find((url) => url !== "");
  // The first picture is a message of its own; a thumbnail that isn't is decoration.
  const embeds = read.map((each) => ({ ...each, image: each.image === image ? "" : each.image }));
  const content = lines([
    spoken(value, all.length > 0),
    ...components.texts.map(textFrom),
    ...components.images.filter((url) => url !== image),
    pollIn(value),
  ]);
  const isText = embeds.length === 0;
  // A title with a sign says more on a lock screen than the first of many lines.
  const [only] = embeds;
  const isLed = content.includes("\n") && embeds.length === 1 && only?.sign !== "" && only?.author === "";
  const lead = isLed ? only.title : "";
  const shown = lead === "" ? embeds : embeds.map((each) => ({ ...each, title: "" }));
  return {
    view: { lead, content, embeds: shown, more: all.length - embeds.length },
    ...(isText && { plain: content }),
    image,
  };
}

/** Returns the content; a bridge posts it in another person's name, which then stands in front. Programs' embeds name themselves. */
function spoken(value: unknown, hasEmbeds: boolean): string {
  const [content, speaker] = [textFrom(textOf(value, "content")), textOf(value, "username")];
  return content === "" || speaker === "" || hasEmbeds ? content : `${speaker}: ${content}`;
}

function pollIn(value: unknown): string {
  const answers = listOf(value, "poll.answers").map((each) => textFrom(textOf(each, "poll_media.text")));
  const shown = answers.filter((answer) => answer !== "").map((answer) => `• ${answer}`);
  return lines([textFrom(textOf(value, "poll.question.text")), ...shown]);
}

function embed(value: unknown) {
  const sign = signOf(meaningOf(Number(textOf(value, "color"))));
  const { title, text } = withTold(textFrom(textOf(value, "title")), textFrom(textOf(value, "description")));
  const author = textFrom(textOf(value, "author.name"));
  const fields = listOf(value, "fields").map((field) => {
    const [name, content] = [textFrom(textOf(field, "name")), textFrom(textOf(field, "value"))];
    return { title: name, value: content, line: fieldLine(name, content) };
  });
  return {
    sign,
    // What happened stands before who says it.
    author: title === "" || isVague(author) ? "" : author,
    title: title === "" ? "" : signed(sign, withPlace(title, fields)),
    url: urlOf(value, "url", "author.url"),
    text: title === "" ? withSpeaker(author, text) : text,
    fields,
    footer: withoutImprint(textFrom(textOf(fieldsOf(value, "footer"), "text"))),
    image: urlOf(value, "image.url"),
    thumbnail: urlOf(value, "thumbnail.url"),
  };
}

/** Discord's references: users, roles, channels, custom emoji, and times in seconds since 1970. */
const REFERENCE = /<(@[!&]?|#|a?:(?=\w+:\d)|t:)(-?\w{1,40})(?::\w+)?>/g;

/** The mark of a line in small letters. */
const SUBTEXT = /^-# /gm;

function textFrom(text: string): string {
  const plain = text.replace(REFERENCE, (whole, kind: string, name: string) => {
    if (kind.startsWith("@") || kind === "#") return `${kind.charAt(0)}${name}`;
    if (kind !== "t:") return `:${name}:`;
    return /^-?\d{1,11}$/.test(name) ? timeText(Number(name) * 1000) : whole;
  });
  return fromMarkdown(withEmoji(plain).replace(SUBTEXT, ""));
}
