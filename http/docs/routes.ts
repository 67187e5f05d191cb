/** Serves the documentation: calls at /docs, guide at /docs/guide, webhook formats, /openapi.json. */
import type { Language } from "../../component/translated.js";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Express } from "express";
import { queryOf } from "../arguments.js";
import { SCRIPT, STYLE } from "./assets.js";
import { callsPage } from "./calls.js";
import { frame, POLICY } from "./frame.js";
import type { Guide } from "./guide.js";
import { formatPage, HOOKS_SCRIPT, HOOKS_SCRIPT_PATH, hooksPage } from "./hooks.js";
import { languageOf } from "./language.js";
import { openApi, type Described } from "./openapi.js";
import { HOOKS_PAGE } from "./pages.js";

const HTML = "text/html; charset=utf-8";
const SCRIPT_TYPE = "text/javascript; charset=utf-8";
const JSON_TEXT = "application/json; charset=utf-8";

export function addDocs(app: Express, described: Described): void {
  const guide = lazyGuide();
  app.get("/openapi.json", (request, response) => {
    const document = openApi(described, languageFor(request, "en"));
    answer(response, JSON_TEXT, `${JSON.stringify(document, null, 2)}\n`);
  });
  app.get("/", (_request, response) => response.redirect("/docs"));
  app.get("/docs", async (request, response) => {
    answer(response, HTML, frame(callsPage(described, readerOf(request)), await guide()));
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
  app.get("/docs/page.js", (_request, response) => answer(response, SCRIPT_TYPE, SCRIPT));
  app.get("/docs/page.css", (_request, response) => answer(response, "text/css; charset=utf-8", STYLE));
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
