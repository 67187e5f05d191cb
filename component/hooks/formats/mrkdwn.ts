/** Converts mrkdwn, Slack's markup, to message styling (XEP-0393); also the Markdown that Mattermost and Rocket.Chat take. */
import { ownProperty } from "../../own-property.js";
import { withEmoji } from "./emoji.js";
import { headingIn } from "./markdown.js";
import { bold } from "./styling.js";

/** Matches `<target|label>` and `<target>`, and the marks of bold or other styles that end right behind it. */
const REFERENCE = /<([^<>|\n]*)(?:\|([^<>\n]*))?>([*_~]{0,3})(?=(\S?))/g;
const ENTITIES: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** References in angle brackets, escapes and emoji differ; of Markdown, links, bold texts and headings. */
export function fromMrkdwn(text: string): string {
  const plain = withoutMarkdown(text)
    .replace(REFERENCE, (...found) => shown(found as unknown as Reference))
    .replace(/&(?:lt|gt|amp);/g, (entity) => ownProperty(ENTITIES, entity) ?? entity);
  return withEmoji(plain);
}

/** Code, in which nothing is markup. */
const CODE = /(```[^]*?```|`[^`\n]+`)/;
const BOLD = /\*\*(?=\S)([^*\n]{1,500})(?<=\S)\*\*/g;
const LINK = /!?\[([^[\]<>|\n]{0,300})\]\((https?:\/\/[^\s()<>|]{1,2000})\)/g;

/** Converts Markdown to mrkdwn. A text in mrkdwn has none, as Slack would show its marks. */
function withoutMarkdown(text: string): string {
  const plain = (part: string): string =>
    part
      .split("\n")
      .map((line) => bold(headingIn(line) ?? "") || line)
      .join("\n")
      .replace(BOLD, "*$1*")
      .replace(LINK, "<$2|$1>");
  return text
    .split(CODE)
    .map((part, index) => (index % 2 === 0 ? plain(part) : part))
    .join("");
}

/** What REFERENCE finds; `next` is the character behind the marks, "" at a space or the end. */
type Reference = [whole: string, target: string, label: string | undefined, marks: string, next: string];

function shown([, target, label, marks, next]: Reference): string {
  const [text, url] = reference(target, label);
  if (url === "") return text + marks;
  if (text === "") return url + marks;
  // A mark or a bracket that touches the URL would become a part of the link.
  return next === "" ? `${text}${marks} ${url}` : `${text} (${url})${marks}`;
}

/** Returns a reference's text and URL; one of them may be "". */
function reference(target: string, label: string | undefined): readonly [text: string, url: string] {
  const name = label?.trim() ?? "";
  const sign = target.charAt(0);
  if (sign === "@" || sign === "#") return [sign + (name || target.slice(1)).replace(/^[@#]/, ""), ""];
  if (sign === "!") {
    // The target is a special mention or a date: <!here>, <!subteam^ID|@group>, <!date^1700000000^{date}|14 Nov 2023>
    const [word = ""] = target.slice(1).split("^");
    return [name === "" && word !== "date" ? `@${word}` : name, ""];
  }
  const url = target.replace(/^mailto:/, "");
  return [name === url ? "" : name, url];
}
