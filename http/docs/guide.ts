/** The guide's pages: which there are, in which language, and what each holds. They are files beside this folder's. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Language } from "../../component/language.js";
import { render, type Heading } from "./markdown.js";
import { PAGES } from "./pages.js";

/** What pages show or offer beside text, in the guide's folder. */
const FILES: Readonly<Record<string, string>> = {
  "pictures/direct-message.png": "image/png",
  "pictures/picture-and-file.png": "image/png",
  "pictures/room.png": "image/png",
  "pictures/commands.png": "image/png",
  "pictures/room-form.png": "image/png",
  "pictures/console.png": "image/png",
  "pictures/console-room.png": "image/png",
  "pictures/layers.svg": "image/svg+xml; charset=utf-8",
  "qtalk-component.doap": "application/rdf+xml; charset=utf-8",
};

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
    const type = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
    return type === undefined ? undefined : { type, content: readFileSync(FOLDER + path) };
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
