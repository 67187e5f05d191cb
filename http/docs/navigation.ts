/** The way around: the guide's pages by group, and the sections of the one that is shown. */
import type { Language } from "../../component/language.js";
import { ALL_FORMATS } from "../../component/hooks/formats/formats.js";
import { escape } from "./escape.js";
import type { Guide } from "./guide.js";
import { WORDS } from "./language.js";
import type { Heading } from "./markdown.js";
import { GROUPS, hookPage, HOOKS_PAGE } from "./pages.js";

/** The page that is shown. */
export interface Shown {
  /** Without its query. */
  readonly path: string;
  /** The reader's. */
  readonly language: Language;
  /** Its sections, listed below it. */
  readonly headings: readonly Heading[];
}

/** HTML. */
export function navigation(page: Shown, guide: Guide): string {
  const { language, headings } = page;
  const words = WORDS[language];
  const entry = (path: string, title: string): string => {
    const isHere = path === page.path;
    const here = isHere ? ' aria-current="page"' : "";
    const sections = isHere && headings.length > 0 ? `\n${list(headings.map(sectionLink))}` : "";
    return `<a href="${path}?lang=${language}"${here}>${escape(title)}</a>${sections}`;
  };
  const formats = page.path.startsWith(HOOKS_PAGE)
    ? `\n${list(ALL_FORMATS.map(({ name, words }) => entry(hookPage(name), words[language].title)))}`
    : "";
  const hooks = `${entry(HOOKS_PAGE, words.hooks)}${formats}`;
  const groups = GROUPS.map(({ name, pages }) => {
    const entries = pages.map((each) => entry(`/docs/guide/${each}`, guide.title(each, language)));
    const all = name === "programs" ? [entry("/docs", words.title), ...entries, hooks] : entries;
    return `<h2>${escape(words.groups[name])}</h2>\n${list(all)}`;
  });
  return groups.join("\n");
}

/** Paths may be broken where they have a joint. */
function sectionLink({ id, text }: Heading): string {
  return `<a href="#${id}">${escape(text).replace(/(?<=\w)[/_.](?=\w)/g, "$&<wbr>")}</a>`;
}

function list(items: readonly string[]): string {
  return `<ul>\n${items.map((item) => `<li>${item}</li>`).join("\n")}\n</ul>`;
}
