/** The frame of all pages at /docs: head, language switch, and the pages by group with the sections of the current one. */
import { FORMATS } from "../../component/hooks/formats/formats.js";
import type { Language } from "../../component/translated.js";
import { documentationOf } from "./formats.js";
import { escape, htmlList } from "./html.js";
import { docTextsIn } from "./language.js";
import { CALLS_PAGE, PAGE_GROUPS, hookPage, HOOKS_PAGE, titleOf } from "./pages.js";

/** The Content-Security-Policy of the pages: only files of this server. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface PageHeading {
  readonly id: string;
  readonly text: string;
}

export interface Framed {
  readonly title: string;
  /** The page's path, without query. */
  readonly path: string;
  /** The reader's language. */
  readonly language: Language;
  /** The sections, which the navigation lists. */
  readonly headings: readonly PageHeading[];
  /** The language of the text, if the page isn't translated; absent: the reader's language. */
  readonly textLanguage?: Language;
  readonly body: string;
  readonly script?: string;
}

export function frame(page: Framed, hasConsole: boolean): string {
  const { language, title, script } = page;
  const texts = docTextsIn(language);
  const other = language === "zh" ? "en" : "zh";
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · qtalk-component</title>
<link rel="stylesheet" href="/docs/oat.css">
<link rel="stylesheet" href="/docs/theme.css">
<link rel="stylesheet" href="/docs/page.css">
<script type="module" src="/docs/search.js"></script>
${script === undefined ? "" : `<script type="module" src="${script}"></script>\n`}</head>
<body>
<header>
<a href="#contents" class="skip">${escape(texts.contents)}</a>
<a href="/docs?lang=${language}" class="brand">qtalk-component</a>
<form role="search" data-none="${escape(texts.nothing)}" hidden>
<input type="search" placeholder="${escape(texts.search)}" aria-label="${escape(texts.search)}" autocomplete="off">
<ul hidden></ul>
<span role="status"></span>
</form>
<a href="${page.path}?lang=${other}" id="language" lang="${other}" hreflang="${other}">${texts.other}</a>
</header>
<main lang="${page.textLanguage ?? language}">
${page.body}
</main>
<nav id="contents" tabindex="-1" aria-label="${escape(texts.contents)}">
${navigation(page, hasConsole)}
</nav>
</body>
</html>
`;
}

/** @param hasConsole whether operations are served over HTTP, too, so that their page exists */
function navigation(page: Framed, hasConsole: boolean): string {
  const { language, headings } = page;
  const texts = docTextsIn(language);
  const entry = (path: string, title: string): string => {
    const isHere = path === page.path;
    const here = isHere ? ' aria-current="page"' : "";
    const sections = isHere && headings.length > 0 ? `\n${htmlList(headings.map(sectionLink))}` : "";
    return `<a href="${path}?lang=${language}"${here}>${escape(title)}</a>${sections}`;
  };
  const formats = page.path.startsWith(HOOKS_PAGE)
    ? `\n${htmlList(FORMATS.map((format) => entry(hookPage(format.name), documentationOf(format)[language].title)))}`
    : "";
  const hooks = `${entry(HOOKS_PAGE, texts.hooks)}${formats}`;
  const groups = PAGE_GROUPS.map(({ name, pages }) => {
    const entries = pages.map((each) => entry(`/docs/guide/${each}`, titleOf(each, language)));
    if (name === "alerts") entries.push(hooks);
    if (name === "qtalk") entries.unshift(entry(CALLS_PAGE, texts.calls));
    if (name === "operating" && hasConsole) entries.push(entry("/console", texts.console));
    return `<h2>${escape(texts[name])}</h2>\n${htmlList(entries)}`;
  });
  return groups.join("\n");
}

/** Returns a link to a section. Headings that are paths may break at slashes, dots and underscores. */
function sectionLink({ id, text }: PageHeading): string {
  return `<a href="#${id}">${escape(text).replace(/(?<=\w)[/_.](?=\w)/g, "$&<wbr>")}</a>`;
}
