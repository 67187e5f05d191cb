/** Serves the documentation: a start page at /docs, calls, webhook formats, guide, search, /openapi.json. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Language } from "../../component/translated.js";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Express } from "express";
import { queryOf } from "../arguments.js";
import { SCRIPT, STYLE } from "./assets.js";
import { callsPage } from "./calls.js";
import { frame, POLICY } from "./frame.js";
import type { Guide } from "./guide.js";
import { homePage } from "./home.js";
import { formatPage, HOOKS_SCRIPT, HOOKS_SCRIPT_PATH, hooksPage } from "./hooks.js";
import { languageOf } from "./language.js";
import { openApi, type Described } from "./openapi.js";
import { CALLS_PAGE, HOOKS_PAGE } from "./pages.js";
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

export function addDocs(app: Express, described: Described): void {
  const guide = lazyGuide();
  const searched = new Map<Language, Promise<string>>();
  const entries = (language: Language): Promise<string> => {
    const known =
      searched.get(language) ??
      guide()
        .then((pages) => searchEntries(described, pages, language))
        .then((all) => JSON.stringify(all.map((entry, id) => ({ id, ...entry }))));
    searched.set(language, known);
    return known;
  };
  app.get("/openapi.json", (request, response) => {
    const document = openApi(described, languageFor(request, "en"));
    answer(response, JSON_TEXT, `${JSON.stringify(document, null, 2)}\n`);
  });
  app.get("/", (_request, response) => response.redirect("/docs"));
  app.get("/docs", async (request, response) => {
    answer(response, HTML, frame(homePage(readerOf(request), described.hasConsole), await guide()));
  });
  app.get(CALLS_PAGE, async (request, response) => {
    answer(response, HTML, frame(callsPage(described, readerOf(request)), await guide()));
  });
  app.get("/docs/search.json", async (request, response) => {
    answer(response, JSON_TEXT, await entries(readerOf(request)));
  });
  app.get(HOOKS_PAGE, async (request, response) => {
    answer(response, HTML, frame(hooksPage(readerOf(request)), await guide()));
  });
  app.get(`${HOOKS_PAGE}/:format` as const, async (request, response, next) => {
    const page = await formatPage(request.params.format, readerOf(request));
    if (page === undefined) next();
    else answer(response, HTML, frame(page, await guide()));
  });
  app.get(HOOKS_SCRIPT_PATH, (_request, response) => answer(response, SCRIPT_TYPE, HOOKS_SCRIPT));
  app.get("/docs/calls.js", (_request, response) => answer(response, SCRIPT_TYPE, SCRIPT));
  app.get("/docs/page.css", (_request, response) => answer(response, CSS, STYLE));
  for (const [name, path] of Object.entries(FILES))
    app.get(`/docs/${name}`, (_request, response) => {
      answer(response, name.endsWith(".css") ? CSS : SCRIPT_TYPE, readFileSync(path));
    });
  app.get("/docs/guide/:name", async (request, response, next) => {
    const reader = readerOf(request);
    const pages = await guide();
    const page = pages.page(request.params.name, reader);
    if (page === undefined) {
      next();
      return;
    }
    const { name, title, language: textLanguage, body, headings } = page;
    const framed = { title, path: `/docs/guide/${name}`, language: reader, textLanguage, body, headings };
    answer(response, HTML, frame(framed, pages));
  });
  app.get("/docs/guide/*path", async (request, response, next) => {
    const file = (await guide()).file(request.params.path.join("/"));
    if (file === undefined) next();
    else answer(response, file.type, file.content);
  });
}

/** Loads the guide with its Markdown renderer on first use, to save memory until then. */
function lazyGuide(): () => Promise<Guide> {
  let loaded: Promise<Guide> | undefined;
  return () => (loaded ??= import("./guide.js").then(({ Guide }) => new Guide()));
}

function readerOf(request: IncomingMessage): Language {
  return languageFor(request, request.headers["accept-language"]);
}

function languageFor(request: IncomingMessage, accepted: string | undefined): Language {
  return languageOf(queryOf(request.url ?? "").lang, accepted);
}

function answer(response: ServerResponse, type: string, content: string | Buffer): void {
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
