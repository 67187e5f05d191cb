/** What all pages at /docs have around them: head, navigation, the way to the other language. */
import type { Language } from "../../component/language.js";
import { escape } from "./escape.js";
import type { Guide } from "./guide.js";
import { WORDS } from "./language.js";
import { navigation, type Shown } from "./navigation.js";

/** Nothing but what this server itself serves. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface Framed extends Shown {
  readonly title: string;
  /** Its text's language, where that isn't the reader's. */
  readonly textLanguage?: Language;
  /** HTML. */
  readonly body: string;
  /** A script of this server's. */
  readonly script?: string;
}

export function frame(page: Framed, guide: Guide): string {
  const { language, title, script } = page;
  const words = WORDS[language];
  const other = language === "zh" ? "en" : "zh";
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · qtalk-component</title>
<link rel="stylesheet" href="/docs/page.css">
${script === undefined ? "" : `<script src="${script}" defer></script>\n`}</head>
<body>
<header>
<a href="#contents" class="skip">${escape(words.contents)}</a>
<a href="${page.path}?lang=${other}" id="language" lang="${other}" hreflang="${other}">${words.other}</a>
</header>
<main lang="${page.textLanguage ?? language}">
${page.body}
</main>
<nav id="contents" tabindex="-1" aria-label="${escape(words.contents)}">
${navigation(page, guide)}
</nav>
</body>
</html>
`;
}
