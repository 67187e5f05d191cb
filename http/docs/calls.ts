/** The page of the calls: every endpoint with its fields and the interface's own example, ready to be sent. */
import { idOf, pathOf, type Endpoint } from "../endpoint.js";
import { escape } from "./escape.js";
import type { Framed } from "./frame.js";
import { summaryIn, WORDS, type Language } from "./language.js";
import { requestShape, type Described, type Shape } from "./openapi.js";

export function callsPage({ endpoints, examples }: Described, language: Language): Framed {
  const words = WORDS[language];
  const body = `<h1>${escape(words.title)}</h1>
<p>${escape(words.warning)} <a href="/openapi.json?lang=${language}">${escape(words.document)}</a></p>
<p><label>${escape(words.token)} <input id="token" type="password" autocomplete="off"></label></p>
${endpoints.map((row) => section(row, examples[row.name] ?? {}, language)).join("\n")}`;
  return {
    title: words.title,
    path: "/docs",
    language,
    body,
    headings: endpoints.map((row) => ({ id: idOf(row), text: row.name })),
    script: "/docs/page.js",
  };
}

function section(row: Endpoint, values: object, language: Language): string {
  const words = WORDS[language];
  const example = JSON.stringify(values, null, 2);
  const rows = fieldsOf(requestShape(row, language)).map(
    ({ name, meaning, required }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${escape(meaning)}</td><td>${required ? escape(words.required) : ""}</td></tr>`,
  );
  return `<section id="${idOf(row)}" data-method="${row.method}" data-path="${pathOf(row)}">
<h2>${escape(summaryIn(language, row))}</h2>
<p><code>${row.method} ${pathOf(row)}</code></p>
<div class="wide"><table><thead><tr><th>${escape(words.field)}</th><th>${escape(words.meaning)}</th><th></th></tr></thead><tbody>${rows.join("")}</tbody></table></div>
<textarea spellcheck="false" rows="${example.split("\n").length + 2}" aria-label="${idOf(row)}">${escape(example)}</textarea>
<button type="button">${escape(words.send)}</button>
<pre class="answer" aria-label="${escape(words.answer)}"></pre>
</section>`;
}

/** The fields of a request, or of one item of it. */
function fieldsOf(shape: Shape): { name: string; meaning: string; required: boolean }[] {
  const choices = [shape, ...(shape.anyOf ?? []), ...(shape.items === undefined ? [] : [shape.items])];
  const object = choices.find(({ properties }) => properties !== undefined);
  return Object.entries(object?.properties ?? {}).map(([name, { description }]) => ({
    name,
    meaning: description ?? "",
    required: object?.required?.includes(name) === true,
  }));
}
