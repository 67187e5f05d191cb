/** The page at /docs: what the component is for, and where to go on. */
import type { Language } from "../../component/translated.js";
import { escape } from "./escape.js";
import type { Framed } from "./frame.js";
import { TEXTS } from "./language.js";

export function homePage(language: Language, hasConsole: boolean): Framed {
  const texts = TEXTS[language];
  const entry = (path: string, title: string, text: string): string =>
    `<li><a href="${path}?lang=${language}"><strong>${escape(title)}</strong> <span>${escape(text)}</span></a></li>`;
  const list = texts.home.map(([path, title, text]) => entry(path, title, text));
  return {
    title: texts.about,
    path: "/docs",
    language,
    body: `<h1>${escape(texts.about)}</h1>
<ul class="home">
${list.join("\n")}
</ul>
<p><a href="/openapi.json?lang=${language}">${escape(texts.document)}</a>${hasConsole ? ` · <a href="/console">${escape(texts.console)}</a>` : ""}</p>`,
    headings: [],
  };
}
