/** The page of calls: every endpoint with its fields, and an example request that the reader can send. */
import { mapInSlices } from "../../component/limits/meter.js";
import type { Language } from "../../component/translated.js";
import type { Route } from "../endpoint.js";
import { errcodeRows } from "../errcodes.js";
import type { Framed } from "./frame.js";
import { escape, htmlTable } from "./html.js";
import { docTextsIn } from "./language.js";
import { callExampleOf, requestShape, type DescribedService, type JsonSchema } from "./openapi.js";
import { CALLS_PAGE } from "./pages.js";

const ERRCODES_ID = "errcodes";

/** Makes the page in slices, as anybody may ask for it. */
export async function callsPage({ routes, examples }: DescribedService, language: Language): Promise<Framed> {
  const texts = docTextsIn(language);
  const errcodes = errcodeRows(language).map(([errcode, meaning, status]) => [
    `<code>${errcode}</code>`,
    escape(meaning),
    escape(status),
  ]);
  const sections = await mapInSlices(routes, (route) =>
    section(route, callExampleOf(route, examples), language),
  );
  const body = `<h1>${escape(texts.calls)}</h1>
<p>${escape(texts.warning)}</p>
<p><a href="/docs/guide/programs?lang=${language}">${escape(texts.responses)}</a> · <a href="#${ERRCODES_ID}">${escape(texts.errcodes)}</a> · <a href="/openapi.json?lang=${language}">${escape(texts.document)}</a></p>
<p><label>${escape(texts.token)} <input id="token" type="password" autocomplete="off"></label></p>
${sections.join("\n")}
<section id="${ERRCODES_ID}">
<h2>${escape(texts.errcodes)}</h2>
${htmlTable(["errcode", texts.meaning, "HTTP"], errcodes)}
</section>`;
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
  const texts = docTextsIn(language);
  const example = JSON.stringify(values, null, 2);
  return `<section id="${id}" data-method="${method}" data-path="${path}">
<h2>${escape(summary[language])}</h2>
<p><code>${method} ${path}</code></p>
${htmlTable([texts.field, texts.meaning, ""], fieldsOf(requestShape(route, language), texts.required))}
<textarea spellcheck="false" rows="${example.split("\n").length + 1}" aria-label="${escape(texts.request)} ${method} ${path}">${escape(example)}</textarea>
<button type="button">${escape(texts.send)}</button> <button type="button" class="copy">${escape(texts.copy)}</button>
<pre class="curl" tabindex="0"></pre>
<pre class="answer" role="status" aria-label="${escape(texts.answer)}"></pre>
</section>`;
}

/** Returns the rows about the fields of a request or, if the request is a list, of one item. */
function fieldsOf(shape: JsonSchema, required: string): string[][] {
  const choices = [shape, ...(shape.anyOf ?? []), ...(shape.items === undefined ? [] : [shape.items])];
  const object = choices.find(({ properties }) => properties !== undefined);
  return Object.entries(object?.properties ?? {}).map(([name, { description = "" }]) => [
    `<code>${escape(name)}</code>`,
    escape(description),
    object?.required?.includes(name) === true ? escape(required) : "",
  ]);
}
