/** The frame of all pages at /docs: head, navigation, language switch. */
import type { Language } from "../../component/translated.js";
import { escape } from "./html.js";
import { textsIn } from "./language.js";
import { navigation, type CurrentPage } from "./navigation.js";

/** The Content-Security-Policy of the pages: only files of this server. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface Framed extends CurrentPage {
  readonly title: string;
  /** The language of the text, if the page isn't translated; absent: the reader's language. */
  readonly textLanguage?: Language;
  readonly body: string;
  readonly script?: string;
}

export function frame(page: Framed, hasConsole: boolean): string {
  const { language, title, script } = page;
  const texts = textsIn(language);
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
