/** Renders the guide's pages from the Markdown files in http/docs/guide, in both languages. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Language } from "../../component/translated.js";
import { render, sectionsOf, type Heading, type Section } from "./markdown.js";
import { PAGES } from "./pages.js";

/** The media types of the files in the guide's folder that aren't pages, by extension. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["png", "image/png"],
  ["doap", "application/rdf+xml; charset=utf-8"],
]);
const FILE = /^(?:pictures\/)?[\w-]{1,80}\.(\w{1,10})$/;

/** A page of the guide, rendered as HTML. */
export interface GuidePage {
  readonly name: string;
  readonly title: string;
  /** The language of the text: English if the page isn't translated into the reader's language. */
  readonly language: Language;
  /** The page's content, as HTML. */
  readonly body: string;
  /** The headings of the page's sections. */
  readonly headings: readonly Heading[];
}

/** A file of the guide that isn't a page, such as a picture. */
export interface GuideFile {
  /** The media type. */
  readonly type: string;
  readonly content: Buffer;
}

const FOLDER = fileURLToPath(new URL("../../../http/docs/guide/", import.meta.url));

/** The guide. Each page is rendered on first use and kept, because pages don't change while the program runs. */
export class Guide {
  readonly #pages = new Map<string, GuidePage>();
  readonly #titles = new Map<string, string>();

  /** @param hasAdmin whether operations are served over HTTP, so that the navigation shows their page */
  constructor(readonly hasAdmin = false) {}

  /** Returns a page in the reader's language; undefined if no page has this name. */
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

  /** Returns a page's title, which is its first heading. */
  title(name: string, reader: Language): string {
    const { path } = fileOf(name, reader);
    let title = this.#titles.get(path);
    if (title === undefined) {
      title = /^# (.+)$/m.exec(read(path))?.[1] ?? name;
      this.#titles.set(path, title);
    }
    return title;
  }

  /** Returns the sections of a page for the search; empty if no page has this name. */
  sections(name: string, reader: Language): readonly Section[] {
    return PAGES.includes(name) ? sectionsOf(read(fileOf(name, reader).path)) : [];
  }

  /**
   * Returns a file that isn't a page, such as a picture; undefined if the file doesn't exist.
   * @param path relative to the guide's folder
   */
  file(path: string): GuideFile | undefined {
    const type = TYPES.get(FILE.exec(path)?.[1] ?? "");
    return type === undefined || !existsSync(FOLDER + path)
      ? undefined
      : { type, content: readFileSync(FOLDER + path) };
  }
}

/** Returns the path of a page's file in the reader's language, or else in English. */
function fileOf(name: string, reader: Language): { path: string; language: Language } {
  const translated = `${FOLDER}${reader}/${name}.md`;
  return reader !== "en" && existsSync(translated)
    ? { path: translated, language: reader }
    : { path: `${FOLDER}${name}.md`, language: "en" };
}

function read(path: string): string {
  return readFileSync(path, "utf8");
}
