/** The guide's pages: which there are, in which language, and what each holds. They are files beside this folder's. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Language } from "../../component/language.js";
import { render, type Heading } from "./markdown.js";
import { PAGES } from "./pages.js";

/** What pages show or offer beside text: files in the guide's folder, by their ending. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["png", "image/png"],
  ["doap", "application/rdf+xml; charset=utf-8"],
]);
const FILE = /^(?:pictures\/)?[\w-]{1,80}\.(\w{1,10})$/;

export interface GuidePage {
  readonly name: string;
  readonly title: string;
  /** Its text's: English where there is no other. */
  readonly language: Language;
  /** HTML. */
  readonly body: string;
  /** Of its sections. */
  readonly headings: readonly Heading[];
}

export interface GuideFile {
  readonly type: string;
  readonly content: Buffer;
}

const FOLDER = fileURLToPath(new URL("../../../http/docs/guide/", import.meta.url));

/** Pages are rendered when they are first asked for, and kept: they can't change while the program runs. */
export class Guide {
  readonly #pages = new Map<string, GuidePage>();
  readonly #titles = new Map<string, string>();

  /** @returns undefined where there is no such page */
  page(name: string, reader: Language): GuidePage | undefined {
    if (!PAGES.includes(name)) return undefined;
    const key = `${reader}/${name}`;
    const known = this.#pages.get(key);
    if (known !== undefined) return known;
    const { path, language } = placeOf(name, reader);
    const page = { name, title: this.title(name, reader), language, ...render(read(path), reader) };
    this.#pages.set(key, page);
    return page;
  }

  /** A page's first heading. */
  title(name: string, reader: Language): string {
    const { path } = placeOf(name, reader);
    let title = this.#titles.get(path);
    if (title === undefined) {
      title = /^# (.+)$/m.exec(read(path))?.[1] ?? name;
      this.#titles.set(path, title);
    }
    return title;
  }

  /** @param path inside the guide's folder */
  file(path: string): GuideFile | undefined {
    const type = TYPES.get(FILE.exec(path)?.[1] ?? "");
    return type === undefined || !existsSync(FOLDER + path)
      ? undefined
      : { type, content: readFileSync(FOLDER + path) };
  }
}

/** The page in the reader's language, else in English. */
function placeOf(name: string, reader: Language): { path: string; language: Language } {
  const translated = `${FOLDER}${reader}/${name}.md`;
  return reader !== "en" && existsSync(translated)
    ? { path: translated, language: reader }
    : { path: `${FOLDER}${name}.md`, language: "en" };
}

function read(path: string): string {
  return readFileSync(path, "utf8");
}
