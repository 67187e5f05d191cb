/** Serves the documentation: a start page at /docs, calls, webhook formats, guide, search, /openapi.json. */
import { fileURLToPath } from "node:url";
import { FORMATS } from "../../component/hooks/formats/formats.js";
import type { Language } from "../../component/translated.js";
import express, { type Express } from "express";
import { callsPage } from "./calls.js";
import { readDocumentation } from "./formats.js";
import { frame, POLICY, type Framed } from "./frame.js";
import { formatPage, hooksPage } from "./hooks.js";
import { openApi, type DescribedService } from "./openapi.js";
import { CALLS_PAGE, fileAt, GUIDE, hookPage, HOOKS_PAGE, PAGES, START_PAGE } from "./pages.js";

/** The files that are the same in all languages, by path. */
const FILES = {
  "/docs/oat.css": fileURLToPath(import.meta.resolve("@knadh/oat/oat.min.css")),
  "/docs/theme.css": fileAt("console/page/theme.css"),
  "/docs/page.css": fileAt("docs/page/page.css"),
  "/docs/calls.js": fileAt("docs/page/calls.js"),
  "/docs/hooks.js": fileAt("docs/page/hooks.js"),
  "/docs/search.js": fileAt("docs/page/search.js"),
  "/docs/minisearch.js": fileURLToPath(import.meta.resolve("minisearch")),
};

const HEADERS = {
  "Content-Security-Policy": POLICY,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

/** Makes a document in the reader's language. */
type Make<T> = (reader: Language) => T | Promise<T>;

export function addDocs(app: Express, described: DescribedService): void {
  const { hasConsole } = described;
  // Each is made once: making one takes some milliseconds, and anybody may ask. Bytes aren't copied for each response.
  const made = new Map<string, Promise<Buffer>>();
  const add = (path: string, type: "html" | "json", make: Make<string>, byDefault?: Language): void => {
    app.get(path, async (request, response) => {
      const { lang } = request.query;
      const preferred = request.acceptsLanguages("en", "zh") === "zh" ? "zh" : "en";
      const reader = lang === "zh" || lang === "en" ? lang : (byDefault ?? preferred);
      const key = `${path} ${reader}`;
      const document = made.get(key) ?? readDocumentation().then(async () => Buffer.from(await make(reader)));
      made.set(key, document);
      // After a failure, such as too many open files, it is made again.
      document.catch(() => made.delete(key));
      response
        .set(HEADERS)
        .vary("Accept-Language")
        .type(type)
        .send(await document);
    });
  };
  const addPage = (path: string, make: Make<Framed>): void =>
    add(path, "html", async (reader) => frame(await make(reader), hasConsole));
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

  app.get("/", (_request, response) => response.redirect(START_PAGE));
  app.get("/docs/admin", (_request, response) => response.redirect("/docs/guide/commands"));
  add("/openapi.json", "json", async (reader) => json(await openApi(described, reader)), "en");
  addPage(START_PAGE, async (reader) => (await guide()).guidePage("index", reader, START_PAGE));
  addPage(CALLS_PAGE, (reader) => callsPage(described, reader));
  addPage(HOOKS_PAGE, hooksPage);
  for (const format of FORMATS) addPage(hookPage(format.name), (reader) => formatPage(format, reader));
  for (const name of PAGES)
    addPage(`/docs/guide/${name}`, async (reader) => (await guide()).guidePage(name, reader));
  add("/docs/search.json", "json", async (reader) => {
    const { searchEntries } = await import("./search.js");
    return JSON.stringify(await searchEntries(described, reader));
  });
  for (const [path, file] of Object.entries(FILES))
    app.get(path, (_request, response) => response.set(HEADERS).sendFile(file));
  app.get("/docs/guide/qtalk-component.doap", (_request, response) =>
    response.set(HEADERS).type("application/rdf+xml").sendFile(`${GUIDE}qtalk-component.doap`),
  );
  const setHeaders = (response: express.Response): unknown => response.set(HEADERS);
  app.use("/docs/guide/pictures", express.static(`${GUIDE}pictures`, { redirect: false, setHeaders }));
}

/** Loads the Markdown renderer on first use, to save memory until then. */
function guide(): Promise<typeof import("./markdown.js")> {
  return import("./markdown.js");
}
