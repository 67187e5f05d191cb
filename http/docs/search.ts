/** The entries of the search at /docs: sections and tables of the guide, calls, hook formats, error codes. */
import { setImmediate as immediate } from "node:timers/promises";
import type { Language } from "../../component/translated.js";
import { FORMATS } from "../../component/hooks/formats/formats.js";
import { documentationOf } from "./formats.js";
import { errcodeRows } from "../errcodes.js";
import { sectionsOf } from "./markdown.js";
import { docTextsIn } from "./language.js";
import type { DescribedService } from "./openapi.js";
import { CALLS_PAGE, hookPage, PAGES, readPage, titleOf } from "./pages.js";

export interface SearchEntry {
  readonly id: number;
  readonly title: string;
  readonly page: string;
  readonly url: string;
  readonly text: string;
}

/** Returns all entries in a language. Other work runs between two pages of the guide. */
export async function searchEntries(
  { routes }: DescribedService,
  language: Language,
): Promise<readonly SearchEntry[]> {
  const texts = docTextsIn(language);
  const at = (path: string, anchor?: string): string =>
    `${path}?lang=${language}${anchor === undefined ? "" : `#${anchor}`}`;
  const entries: Omit<SearchEntry, "id">[] = [
    ...routes.map(({ id, method, path, summary }) => ({
      title: summary[language],
      page: texts.calls,
      url: at(CALLS_PAGE, id),
      text: `${method} ${path}`,
    })),
    ...errcodeRows(language).map(([errcode, meaning, status]) => ({
      title: `errcode ${errcode}`,
      page: texts.errcodes,
      url: at(CALLS_PAGE, "errcodes"),
      text: `${meaning} HTTP ${status}`,
    })),
    ...FORMATS.map((format) => {
      const { title, about } = documentationOf(format)[language];
      return { title, page: texts.hooks, url: at(hookPage(format.name)), text: about };
    }),
  ];
  for (const name of PAGES) {
    await immediate();
    const page = titleOf(name, language);
    for (const { id, title, text } of sectionsOf(readPage(name, language).text))
      entries.push({ title, page, url: at(`/docs/guide/${name}`, id), text });
  }
  return entries.map((entry, id) => ({ id, ...entry }));
}
