/** The page of calls: every endpoint with its fields, and an example request that the reader can send. */
import type { Language } from "../../component/translated.js";
import type { Route } from "../endpoint.js";
import { errcodeRows } from "../errcodes.js";
import { escape } from "./escape.js";
import { exampleOf } from "./examples.js";
import type { Framed } from "./frame.js";
import { TEXTS } from "./language.js";
import { requestShape, type Described, type Shape } from "./openapi.js";
import { CALLS_PAGE } from "./pages.js";

const ERRCODES_ID = "errcodes";
/** The width of a text field in characters, for browsers without the CSS property `field-sizing`. */
const COLUMNS = 80;

export function callsPage({ routes, examples }: Described, language: Language): Framed {
  const texts = TEXTS[language];
  const body = `<h1>${escape(texts.calls)}</h1>
<p>${escape(texts.warning)}</p>
<p><a href="/docs/guide/programs?lang=${language}">${escape(texts.responses)}</a> · <a href="#${ERRCODES_ID}">${escape(texts.errcodes)}</a> · <a href="/openapi.json?lang=${language}">${escape(texts.document)}</a></p>
<p><label>${escape(texts.token)} <input id="token" type="password" autocomplete="off"></label></p>
${routes.map((route) => section(route, exampleOf(route, examples), language)).join("\n")}
${errcodes(language)}`;
  return {
    title: texts.calls,
    path: CALLS_PAGE,
    language,
    body,
    headings: [
      ...routes.map(({ id, path }) => ({ id, text: path.replace("/qtalk/", "") })),
      { id: ERRCODES_ID, text: texts.errcodes },
    ],
    script: "/docs/calls.js",
  };
}

function section(route: Route, values: object, language: Language): string {
  const { id, method, path, summary } = route;
  const texts = TEXTS[language];
  const example = JSON.stringify(values, null, 2);
  const rows = fieldsOf(requestShape(route, language)).map(
    ({ name, meaning, required }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${escape(meaning)}</td><td>${required ? escape(texts.required) : ""}</td></tr>`,
  );
  return `<section id="${id}" data-method="${method}" data-path="${path}">
<h2>${escape(summary[language])}</h2>
<p><code>${method} ${path}</code></p>
<div class="wide" tabindex="0"><table><thead><tr><th>${escape(texts.field)}</th><th>${escape(texts.meaning)}</th><td></td></tr></thead><tbody>${rows.join("")}</tbody></table></div>
<textarea spellcheck="false" rows="${rowsOf(example)}" aria-label="${escape(texts.request)} ${method} ${path}">${escape(example)}</textarea>
<button type="button">${escape(texts.send)}</button> <button type="button" class="copy">${escape(texts.copy)}</button>
<pre class="curl" tabindex="0"></pre>
<pre class="answer" role="status" aria-label="${escape(texts.answer)}"></pre>
</section>`;
}

/** Returns how many lines a text field needs for a text and an empty line. */
function rowsOf(text: string): number {
  const lines = text.split("\n").map((line) => Math.max(1, Math.ceil(line.length / COLUMNS)));
  return lines.reduce((sum, each) => sum + each, 1);
}

function errcodes(language: Language): string {
  const texts = TEXTS[language];
  const rows = errcodeRows(language).map(
    ([errcode, meaning, status]) =>
      `<tr><td><code>${errcode}</code></td><td>${escape(meaning)}</td><td>${escape(status)}</td></tr>`,
  );
  return `<section id="${ERRCODES_ID}">
<h2>${escape(texts.errcodes)}</h2>
<div class="wide" tabindex="0"><table><thead><tr><th>errcode</th><th>${escape(texts.meaning)}</th><th>HTTP</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>
</section>`;
}

/** Returns the fields of a request or, if the request is a list, of one item. */
function fieldsOf(shape: Shape): { name: string; meaning: string; required: boolean }[] {
  const choices = [shape, ...(shape.anyOf ?? []), ...(shape.items === undefined ? [] : [shape.items])];
  const object = choices.find(({ properties }) => properties !== undefined);
  return Object.entries(object?.properties ?? {}).map(([name, { description }]) => ({
    name,
    meaning: description ?? "",
    required: object?.required?.includes(name) === true,
  }));
}
