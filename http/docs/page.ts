/** The interactive page at /docs: every endpoint with its fields and the interface's own example, ready to be sent. */
import { pathOf, type Endpoint } from "../endpoint.js";
import { EXAMPLES } from "./examples.js";
import { summaryIn, WORDS, type Language } from "./language.js";
import { requestShape, type Shape } from "./openapi.js";

/** Nothing but what this server itself serves. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function page(endpoints: readonly Endpoint[], language: Language): string {
  const words = WORDS[language];
  const other = language === "zh" ? "en" : "zh";
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(words.title)}</title>
<link rel="stylesheet" href="/docs/page.css">
<script src="/docs/page.js" defer></script>
</head>
<body>
<header>
<h1>${escape(words.title)}</h1>
<p><a href="/docs?lang=${other}" id="language">${words.other}</a> · <a href="/openapi.json?lang=${language}">${escape(words.document)}</a></p>
<p>${escape(words.warning)}</p>
<label>${escape(words.token)} <input id="token" type="password" autocomplete="off"></label>
</header>
<main>
${endpoints.map((row) => section(row, language)).join("\n")}
</main>
</body>
</html>
`;
}

function section(row: Endpoint, language: Language): string {
  const words = WORDS[language];
  const example = JSON.stringify(EXAMPLES[row.name] ?? {}, null, 2);
  const rows = fieldsOf(requestShape(row, language)).map(
    ({ name, meaning, required }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${escape(meaning)}</td><td>${required ? escape(words.required) : ""}</td></tr>`,
  );
  return `<section id="${row.name}" data-method="${row.method}" data-path="${pathOf(row)}">
<h2>${escape(summaryIn(language, row))}</h2>
<p><code>${row.method} ${pathOf(row)}</code></p>
<table><thead><tr><th>${escape(words.field)}</th><th>${escape(words.meaning)}</th><th></th></tr></thead><tbody>${rows.join("")}</tbody></table>
<textarea spellcheck="false" rows="${example.split("\n").length + 1}" aria-label="${row.name}">${escape(example)}</textarea>
<button type="button">${escape(words.send)}</button>
<pre class="answer" aria-label="${escape(words.answer)}"></pre>
</section>`;
}

/** The fields of a request, or of one item of it. */
function fieldsOf(shape: Shape): { name: string; meaning: string; required: boolean }[] {
  const object = shape.properties === undefined ? shape.anyOf?.find(({ properties }) => properties) : shape;
  return Object.entries(object?.properties ?? {}).map(([name, { description }]) => ({
    name,
    meaning: description ?? "",
    required: object?.required?.includes(name) === true,
  }));
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

export const STYLE = `:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 54rem; margin: 2rem auto; padding: 0 1rem; }
section { border-top: 1px solid #8886; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top; }
textarea { width: 100%; box-sizing: border-box; font: 14px/1.4 ui-monospace, monospace; }
button { font: inherit; padding: .3rem 1.2rem; }
pre.answer { white-space: pre-wrap; overflow-wrap: anywhere; }
pre.answer:empty { display: none; }
`;

export const SCRIPT = `"use strict";
for (const section of document.querySelectorAll("section")) {
  const { method, path } = section.dataset;
  const text = section.querySelector("textarea");
  const answer = section.querySelector("pre");
  section.querySelector("button").addEventListener("click", async () => {
    const token = document.getElementById("token").value;
    const headers = token === "" ? {} : { authorization: "Bearer " + token };
    try {
      const query = method === "GET" ? "?" + new URLSearchParams(JSON.parse(text.value)) : "";
      const body = method === "GET" ? undefined : text.value;
      const response = await fetch(path + query, { method, headers, body });
      answer.textContent = response.status + "\\n" + (await response.text());
    } catch (error) {
      answer.textContent = String(error);
    }
  });
}
`;
