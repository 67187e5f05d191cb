/** The navigation of the pages at /docs: the pages by group, with the sections of the current page. */
import type { Language } from "../../component/translated.js";
import { FORMATS } from "../../component/hooks/formats/formats.js";
import { documentationOf } from "./formats.js";
import { escape, list } from "./html.js";
import { textsIn } from "./language.js";
import { CALLS_PAGE, GROUPS, hookPage, HOOKS_PAGE, titleOf } from "./pages.js";

export interface Heading {
  readonly id: string;
  readonly text: string;
}

export interface CurrentPage {
  /** The page's path, without query. */
  readonly path: string;
  /** The reader's language. */
  readonly language: Language;
  readonly headings: readonly Heading[];
}

/** @param hasConsole whether operations are served over HTTP, too, so that their page exists */
export function navigation(page: CurrentPage, hasConsole: boolean): string {
  const { language, headings } = page;
  const texts = textsIn(language);
  const entry = (path: string, title: string): string => {
    const isHere = path === page.path;
    const here = isHere ? ' aria-current="page"' : "";
    const sections = isHere && headings.length > 0 ? `\n${list(headings.map(sectionLink))}` : "";
    return `<a href="${path}?lang=${language}"${here}>${escape(title)}</a>${sections}`;
  };
  const formats = page.path.startsWith(HOOKS_PAGE)
    ? `\n${list(FORMATS.map((format) => entry(hookPage(format.name), documentationOf(format)[language].title)))}`
    : "";
  const hooks = `${entry(HOOKS_PAGE, texts.hooks)}${formats}`;
  const groups = GROUPS.map(({ name, pages }) => {
    const entries = pages.map((each) => entry(`/docs/guide/${each}`, titleOf(each, language)));
    const all =
      name === "programs"
        ? [entry(CALLS_PAGE, texts.calls), ...entries, hooks]
        : name === "running" && hasConsole
          ? [...entries, entry("/console", texts.console)]
          : entries;
    return `<h2>${escape(texts[name])}</h2>\n${list(all)}`;
  });
  return groups.join("\n");
}

/** Returns a link to a section. Headings that are paths may break at slashes, dots and underscores. */
function sectionLink({ id, text }: Heading): string {
  return `<a href="#${id}">${escape(text).replace(/(?<=\w)[/_.](?=\w)/g, "$&<wbr>")}</a>`;
}
