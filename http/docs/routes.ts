/** Serves the documentation: /docs, what belongs to it, and /openapi.json. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Express } from "express";
import { queryOf } from "../arguments.js";
import type { Endpoint } from "../endpoint.js";
import { languageOf, type Language } from "./language.js";
import { openApi } from "./openapi.js";
import { page, POLICY, SCRIPT, STYLE } from "./page.js";

export function addDocs(app: Express, endpoints: readonly Endpoint[], version: string): void {
  app.get("/openapi.json", (request, response) => {
    const document = openApi(endpoints, version, languageFor(request, "en"));
    answer(response, "application/json", `${JSON.stringify(document, null, 2)}\n`);
  });
  app.get("/docs", (request, response) => {
    answer(response, "text/html", page(endpoints, languageFor(request, request.headers["accept-language"])));
  });
  app.get("/docs/page.js", (_request, response) => answer(response, "text/javascript", SCRIPT));
  app.get("/docs/page.css", (_request, response) => answer(response, "text/css", STYLE));
}

function languageFor(request: IncomingMessage, accepted: string | undefined): Language {
  return languageOf(queryOf(request.url ?? "").lang, accepted);
}

function answer(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, {
    "Content-Type": `${type}; charset=utf-8`,
    "Content-Length": Buffer.byteLength(text),
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    Vary: "Accept-Language",
  });
  response.end(text);
}
