/** The guide's pages, from the Markdown files in http/docs/guide, with anchors at headings and links between pages. */
import { basename } from "node:path";
import MarkdownIt, { type Token } from "markdown-it";
import type { Language } from "../../component/translated.js";
import type { Framed, PageHeading } from "./frame.js";
import { readPage, titleOf } from "./pages.js";

const ITEM_STARTS = new Set(["list_item_open paragraph_open", "tr_open td_open"]);
const ITEM_END = new Set(["list_item_close", "tr_close"]);

const markdown = new MarkdownIt({ html: false });
// Wide code blocks and tables scroll on their own; `tabindex` lets the keyboard scroll them.
const { fence } = markdown.renderer.rules;
markdown.renderer.rules.fence = (...all) => fence?.(...all).replace("<pre>", '<pre tabindex="0">') ?? "";
markdown.renderer.rules.table_open = () => '<div class="wide" tabindex="0"><table>\n';
markdown.renderer.rules.table_close = () => "</table></div>\n";
markdown.renderer.rules.heading_open = (...all) => {
  const [tokens, index, options, , self] = all;
  const anchor = (tokens[index]?.meta as { readonly anchor?: string } | null)?.anchor;
  const span = anchor === undefined ? "" : `<span id="${anchor}"></span>`;
  return self.renderToken(tokens, index, options) + span;
};

/** Renders a page of the guide. @param path the path at which it is served */
export function guidePage(name: string, reader: Language, path = `/docs/guide/${name}`): Framed {
  const { text, language: textLanguage } = readPage(name, reader);
  const original = textLanguage === "en" ? undefined : readPage(name, "en").text;
  const title = titleOf(name, reader);
  return { title, path, language: reader, textLanguage, ...render(text, reader, original) };
}

/**
 * Renders Markdown. @param reader the language that links to other pages keep
 * @param original the English page if `text` is its translation, whose headings get its anchors, too
 */
export function render(
  text: string,
  reader: Language,
  original?: string,
): { body: string; headings: PageHeading[] } {
  const anchors = original === undefined ? [] : anchorsOf(original);
  // Comments are removed. They only mark generated parts of the page.
  const tokens = markdown.parse(text.replace(/^<!--.*-->$/gm, ""), {});
  const headings: PageHeading[] = [];
  for (const [index, token] of tokens.entries()) {
    const inline = tokens[index + 1]?.content ?? "";
    if (token.type === "heading_open") {
      const id = slug(inline);
      token.attrSet("id", id);
      const anchor = anchors.shift();
      if (anchor !== id) token.meta = { anchor };
      if (token.tag === "h2") headings.push({ id, text: inline.replaceAll("`", "") });
    }
    // Screen readers would announce an empty header cell.
    if (token.type === "th_open" && inline === "")
      for (const each of [token, tokens[index + 2]]) if (each !== undefined) each.tag = "td";
    for (const child of token.children ?? []) {
      const name = child.type === "image" ? "src" : "href";
      const target = child.attrGet(name);
      if (target !== null) child.attrSet(name, addressOf(String(target), reader));
    }
  }
  return { body: markdown.renderer.render(tokens, markdown.options, {}), headings };
}

/** A part of a page that the search finds: a text below a heading, or a row or list item that begins with code. */
export interface Section {
  /** The anchor. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** Returns a page's sections as plain text. */
export function sectionsOf(text: string): readonly Section[] {
  const sections: { id: string; title: string; text: string }[] = [];
  const tokens = markdown.parse(text.replace(/^<!--.*-->$/gm, ""), {});
  let [heading, item] = [{ id: "", title: "", text: "" }, undefined as { text: string } | undefined];
  for (const [index, token] of tokens.entries()) {
    const opened = tokens[index - 1]?.type ?? "";
    if (ITEM_END.has(token.type)) item = undefined;
    if (opened === "heading_open") {
      heading = { id: slug(token.content), title: plain(token), text: "" };
      sections.push(heading);
    } else if (token.type === "inline" || token.type === "fence") {
      const [first] = token.children ?? [];
      const isItem = ITEM_STARTS.has(`${tokens[index - 2]?.type ?? ""} ${opened}`);
      if (isItem && first?.type === "code_inline") {
        const made = { id: heading.id, title: first.content, text: "" };
        sections.push(made);
        item = made;
      }
      (item ?? heading).text += ` ${plain(token)}`;
    }
  }
  return sections;
}

/** Returns a token's text without links, emphasis and code marks. */
function plain({ content, children }: Token): string {
  return (children?.map((child) => (child.type === "softbreak" ? " " : child.content)).join("") ?? content)
    .replace(/\s+/g, " ")
    .trim();
}

function anchorsOf(text: string): string[] {
  const tokens = markdown.parse(text, {});
  return tokens.flatMap(({ type }, index) =>
    type === "heading_open" ? [slug(tokens[index + 1]?.content ?? "")] : [],
  );
}

/** Returns a heading's anchor, the same as GitHub's. */
export function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** Converts a link between files: "../rooms.md#invitations" to "/docs/guide/rooms?lang=zh#invitations". */
function addressOf(target: string, reader: Language): string {
  if (target.startsWith("/")) return `${target}?lang=${reader}`;
  if (/^(?:[a-z]+:|#)/.test(target)) return target;
  const [path = "", anchor] = target.split("#");
  const language = /(?:^|\/)zh\//.test(path) ? "zh" : reader;
  const page = path.endsWith(".md") ? basename(path, ".md") : undefined;
  const hash = anchor === undefined ? "" : `#${anchor}`;
  return page === undefined
    ? `/docs/guide/${path.replace(/^\.\.\//, "")}`
    : `/docs/guide/${page}?lang=${language}${hash}`;
}
