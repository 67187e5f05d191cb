/** The format of Discord's webhooks ("Execute Webhook"): content and embeds. Attachments of the post are its files. */
import { HookFault } from "../fault.js";
import { RESOLVED, severitySign, signed } from "./alert.js";
import { meaningOf } from "./colour.js";
import { withEmoji } from "./emoji.js";
import { fieldsOf, listOf, textOf, urlOf, wholeListOf } from "./fields.js";
import { templateIn, type Format, type ParsedPayload, type Payload } from "./format.js";
import { fromMarkdown } from "./markdown.js";
import { timeText } from "./times.js";

export const discord: Format = {
  name: "discord",
  knownBy: "JSON with content or embeds",
  isRetried: false,
  dialect: "discord",
  recognises: ({ json }) =>
    textOf(json?.value, "content") !== "" || wholeListOf(json?.value, "embeds").length > 0,
  read,
  template: templateIn("discord"),
};

function read({ json }: Payload): ParsedPayload | HookFault {
  const value = json?.value;
  const all = wholeListOf(value, "embeds");
  // Discord's own limit is 10.
  const embeds = listOf(value, "embeds").map(embed);
  const image = embeds.find((each) => each.image !== "")?.image;
  const content = textFrom(textOf(value, "content"));
  return {
    view: { content, embeds, more: all.length - embeds.length },
    ...(embeds.length === 0 && { plain: content }),
    image: image === "" ? undefined : image,
  };
}

function embed(value: unknown) {
  const sign = signOfColour(Number(textOf(value, "color")));
  const title = textFrom(textOf(value, "title"));
  return {
    sign,
    author: textFrom(textOf(value, "author.name")),
    title: title === "" ? "" : signed(sign, title),
    url: urlOf(value, "url"),
    text: textFrom(textOf(value, "description")),
    fields: listOf(value, "fields").map((field) => ({
      title: textFrom(textOf(field, "name")),
      value: textFrom(textOf(field, "value")),
    })),
    footer: textFrom(textOf(fieldsOf(value, "footer"), "text")),
    image: urlOf(value, "image.url", "thumbnail.url"),
  };
}

/** Returns the sign of an embed's colour; "" if it is decoration. */
function signOfColour(colour: number): string {
  const meaning = meaningOf(colour);
  if (meaning === "good") return RESOLVED;
  return meaning === "" ? "" : severitySign(meaning);
}

/** Discord's references: users, roles, channels, custom emoji, and times in seconds since 1970. */
const REFERENCE = /<(@[!&]?|#|a?:(?=\w+:\d)|t:)(-?\w{1,40})(?::\w+)?>/g;

function textFrom(text: string): string {
  const plain = text.replace(REFERENCE, (whole, kind: string, name: string) => {
    if (kind.startsWith("@") || kind === "#") return `${kind.charAt(0)}${name}`;
    if (kind !== "t:") return `:${name}:`;
    return /^-?\d{1,11}$/.test(name) ? timeText(Number(name) * 1000) : whole;
  });
  return fromMarkdown(withEmoji(plain));
}
