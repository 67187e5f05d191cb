/** The guide's pages in both languages, rendered from the Markdown files in http/docs/guide. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Language } from "../../component/language.js";
import { render, type Heading } from "./markdown.js";
import { PAGES } from "./pages.js";

/** The media types of other files in the guide's folder, by extension. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["png", "image/png"],
  ["doap", "application/rdf+xml; charset=utf-8"],
]);
const FILE = /^(?:pictures\/)?[\w-]{1,80}\.(\w{1,10})$/;

export interface GuidePage {
  readonly name: string;
  readonly title: string;
  /** The text's language: English if there is no translation. */
  readonly language: Language;
  /** HTML. */
  readonly body: string;
  /** The headings of its sections. */
  readonly headings: readonly Heading[];
}

export interface GuideFile {
  readonly type: string;
  readonly content: Buffer;
}

const FOLDER = fileURLToPath(new URL("../../../http/docs/guide/", import.meta.url));

/** Renders pages on first use and keeps them: they can't change while the program runs. */
export class Guide {
  readonly #pages = new Map<string, GuidePage>();
  readonly #titles = new Map<string, string>();

  /** The page of this name; undefined if there is none. */
  page(name: string, reader: Language): GuidePage | undefined {
    if (!PAGES.includes(name)) return undefined;
    const key = `${reader}/${name}`;
    const known = this.#pages.get(key);
    if (known !== undefined) return known;
    const { path, language } = fileOf(name, reader);
    const original = language === "en" ? undefined : read(fileOf(name, "en").path);
    const page = { name, title: this.title(name, reader), language, ...render(read(path), reader, original) };
    this.#pages.set(key, page);
    return page;
  }

  /** The first heading of a page. */
  title(name: string, reader: Language): string {
    const { path } = fileOf(name, reader);
    let title = this.#titles.get(path);
    if (title === undefined) {
      title = /^# (.+)$/m.exec(read(path))?.[1] ?? name;
      this.#titles.set(path, title);
    }
    return title;
  }

  /** A file other than pages. @param path inside the guide's folder */
  file(path: string): GuideFile | undefined {
    const type = TYPES.get(FILE.exec(path)?.[1] ?? "");
    return type === undefined || !existsSync(FOLDER + path)
      ? undefined
      : { type, content: readFileSync(FOLDER + path) };
  }
}

/** The file of a page in the reader's language, or else in English. */
function fileOf(name: string, reader: Language): { path: string; language: Language } {
  const translated = `${FOLDER}${reader}/${name}.md`;
  return reader !== "en" && existsSync(translated)
    ? { path: translated, language: reader }
    : { path: `${FOLDER}${name}.md`, language: "en" };
}

function read(path: string): string {
  return readFileSync(path, "utf8");
}
