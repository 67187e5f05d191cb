/**
 * Converts Markdown to XEP-0393. Lists, quotes and code blocks look alike in both; headings, emphasis, links and pictures
 * differ.
 */
import MarkdownIt, { type Token } from "markdown-it";
import { bold } from "./styling.js";

/** The longest text whose markup is converted, in characters. Messages are shorter. */
const CONVERTED = 16 * 1024;
const FENCE = /^\s*(?:```|~~~)/;
const HEADING = /^ {0,3}#{1,6}[ \t](.*)$/;
const HEADING_END = /[ \t]#+$/;

const markdown = new MarkdownIt("commonmark", { html: false }).enable("strikethrough");

interface Choice {
  /** Whether a picture is said with its URL, or by its description alone. */
  readonly pictures?: "linked" | "named";
}

/** Returns a text in Markdown as text with message styling (XEP-0393). */
export function fromMarkdown(text: string, { pictures = "linked" }: Choice = {}): string {
  let isCode = false;
  const lines = text.slice(0, CONVERTED).split("\n");
  const converted = lines.map((line) => {
    const isFence = FENCE.test(line);
    if (isFence) isCode = !isCode;
    return isFence || isCode ? line : lineFrom(line, pictures);
  });
  return `${converted.join("\n")}${text.slice(CONVERTED)}`;
}

/** Whether a post's media type is Markdown's (RFC 7763). */
export function isMarkdownType(type: string | undefined): boolean {
  return /^text\/markdown\b/i.test(type ?? "");
}

/** Returns the text of a heading; undefined if a line is none. */
export function headingIn(line: string): string | undefined {
  return HEADING.exec(line)?.[1]?.trim().replace(HEADING_END, "").trim();
}

function lineFrom(line: string, pictures: Choice["pictures"]): string {
  const heading = headingIn(line);
  if (heading !== undefined) return bold(inline(heading, pictures));
  const [indent = ""] = /^\s*/.exec(line) ?? [];
  return indent + inline(line.slice(indent.length), pictures);
}

function inline(line: string, pictures: Choice["pictures"]): string {
  const tokens = markdown.parseInline(line, {})[0]?.children ?? [];
  let text = "";
  /** Where the label of the open link begins. */
  let label = 0;
  let target = "";
  for (const token of tokens) {
    if (token.type === "link_open") [label, target] = [text.length, attribute(token, "href")];
    else if (token.type === "link_close") text += linkEnd(text.slice(label), target);
    else text += piece(token, pictures);
  }
  return text;
}

/** Returns what follows a link's label: its URL, unless the label is the URL. */
function linkEnd(label: string, target: string): string {
  const url = target.replace(/^mailto:/, "");
  return label === url || encodeURI(label) === url || url === "" ? "" : ` ${url}`;
}

const MARKS: ReadonlyMap<string, string> = new Map([
  ["strong_open", "*"],
  ["strong_close", "*"],
  ["em_open", "_"],
  ["em_close", "_"],
  ["s_open", "~"],
  ["s_close", "~"],
  ["hardbreak", "\n"],
  ["softbreak", "\n"],
]);

function piece(token: Token, pictures: Choice["pictures"]): string {
  const mark = MARKS.get(token.type);
  if (mark !== undefined) return mark;
  if (token.type === "code_inline") return `\`${token.content}\``;
  if (token.type !== "image") return token.content;
  const url = pictures === "named" ? "" : attribute(token, "src");
  return `${token.content} ${url}`.trim();
}

function attribute(token: Token, name: string): string {
  return String(token.attrGet(name) ?? "");
}
