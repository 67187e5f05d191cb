/** Serves the documentation: a start page at /docs, calls, webhook formats, guide, search, /openapi.json. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Language } from "../../component/translated.js";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Express } from "express";
import { queryOf } from "../arguments.js";
import { SCRIPT, STYLE } from "./assets.js";
import { callsPage } from "./calls.js";
import { frame, POLICY, type Framed } from "./frame.js";
import type { Guide } from "./guide.js";
import { homePage } from "./home.js";
import { formatPage, HOOKS_SCRIPT, HOOKS_SCRIPT_PATH, hooksPage } from "./hooks.js";
import { languageOf } from "./language.js";
import { openApi, type Described } from "./openapi.js";
import { ADMIN_PAGE, CALLS_PAGE, HOOKS_PAGE } from "./pages.js";
import { searchEntries } from "./search.js";

const HTML = "text/html; charset=utf-8";
const SCRIPT_TYPE = "text/javascript; charset=utf-8";
const CSS = "text/css; charset=utf-8";
const JSON_TEXT = "application/json; charset=utf-8";

/** The files of the pages, by the name at /docs. */
const FILES = {
  "theme.css": fileURLToPath(new URL("../../../http/console/page/theme.css", import.meta.url)),
  "search.js": fileURLToPath(new URL("../../../http/docs/page/search.js", import.meta.url)),
  "minisearch.js": fileURLToPath(import.meta.resolve("minisearch")),
};

/** A document's type and content. */
interface Document {
  readonly type: string;
  readonly content: string | Buffer;
}

/** Makes the document at a path; undefined if there is none. @param names the variable parts of the path */
type Make = (reader: Language, names: readonly string[]) => Made | Promise<Made>;

type Made = Document | undefined;

export function addDocs(app: Express, described: Described): void {
  const guide = lazyGuide(described.hasConsole);
  const rendered = new Rendered();
  const add = (path: string, make: Make, byDefault?: Language): void => {
    app.get(path, async (request, response, next) => {
      const reader = languageFor(request, byDefault ?? request.headers["accept-language"]);
      const names = Object.values<string | string[]>(request.params).flat();
      const key = JSON.stringify([path, reader, ...names]);
      const document = await rendered.get(key, () => make(reader, names));
      if (document === undefined) next();
      else answer(response, document);
    });
  };
  const page = async (framed: Framed): Promise<Document> => ({
    type: HTML,
    content: frame(framed, await guide()),
  });
  add(
    "/openapi.json",
    (reader) => ({
      type: JSON_TEXT,
      content: `${JSON.stringify(openApi(described, reader), null, 2)}\n`,
    }),
    "en",
  );
  app.get("/", (_request, response) => response.redirect("/docs"));
  add("/docs", (reader) => page(homePage(reader, described.hasConsole)));
  add(CALLS_PAGE, (reader) => page(callsPage(described, reader)));
  add("/docs/search.json", async (reader) => {
    const entries = await searchEntries(described, await guide(), reader);
    return { type: JSON_TEXT, content: JSON.stringify(entries.map((entry, id) => ({ id, ...entry }))) };
  });
  add(HOOKS_PAGE, (reader) => page(hooksPage(reader)));
  add(`${HOOKS_PAGE}/:format`, async (reader, [name = ""]) => {
    const found = await formatPage(name, reader);
    return found && page(found);
  });
  if (described.hasConsole)
    add(ADMIN_PAGE, async (reader) => page(await (await import("../admin/openapi.js")).adminPage(reader)));
  add(HOOKS_SCRIPT_PATH, () => ({ type: SCRIPT_TYPE, content: HOOKS_SCRIPT }));
  add("/docs/calls.js", () => ({ type: SCRIPT_TYPE, content: SCRIPT }));
  add("/docs/page.css", () => ({ type: CSS, content: STYLE }));
  for (const [name, path] of Object.entries(FILES))
    add(`/docs/${name}`, async () => ({
      type: name.endsWith(".css") ? CSS : SCRIPT_TYPE,
      content: await readFile(path),
    }));
  add("/docs/guide/:name", async (language, [name = ""]) => {
    const found = (await guide()).page(name, language);
    if (found === undefined) return undefined;
    const { title, language: textLanguage, body, headings } = found;
    return page({ title, path: `/docs/guide/${name}`, language, textLanguage, body, headings });
  });
  add("/docs/guide/*path", async (_, parts) => (await guide()).file(parts.join("/")));
}

/** Documents, each of which is made once: making one takes some milliseconds, and anybody may ask. */
class Rendered {
  readonly #documents = new Map<string, Promise<Made>>();

  get(key: string, make: () => Made | Promise<Made>): Promise<Made> {
    const known = this.#documents.get(key);
    if (known !== undefined) return known;
    const made = Promise.resolve(make()).then(
      (document) => document && { type: document.type, content: Buffer.from(document.content) },
    );
    this.#documents.set(key, made);
    // Only what exists is kept: there is no end of names.
    const forget = (): unknown => this.#documents.delete(key);
    made.then((document) => document ?? forget(), forget);
    return made;
  }
}

/** Loads the guide with its Markdown renderer on first use, to save memory until then. */
function lazyGuide(hasAdmin: boolean): () => Promise<Guide> {
  let loaded: Promise<Guide> | undefined;
  return () => (loaded ??= import("./guide.js").then(({ Guide }) => new Guide(hasAdmin)));
}

function languageFor(request: IncomingMessage, accepted: string | undefined): Language {
  return languageOf(queryOf(request.url ?? "").lang, accepted);
}

function answer(response: ServerResponse, { type, content }: Document): void {
  response.writeHead(200, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(content),
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    Vary: "Accept-Language",
  });
  response.end(content);
}
