/** The OpenAPI 3.1 document of the operations, and their page at /docs/admin. */
import { allOperations } from "../../component/administration/families.js";
import { argumentsOf, shapeOf, type Field } from "../../component/administration/fields.js";
import type { Operation } from "../../component/administration/operation.js";
import type { Language } from "../../component/translated.js";
import { escape } from "../docs/escape.js";
import type { Framed } from "../docs/frame.js";
import { TEXTS } from "../docs/language.js";
import { ADMIN_PAGE } from "../docs/pages.js";
import { ALL_FAMILIES } from "./run.js";

const ERRORS = {
  401: "the token is missing, unknown or expired",
  403: "refused, or operators may not log in from there (console.access)",
  404: "there is no such operation or object",
  409: "the object exists already",
  422: "an argument is invalid; `field` names it",
  503: "it can't be done now",
} as const;

export async function adminDocument(version: string): Promise<object> {
  const operations = await allOperations(ALL_FAMILIES);
  return {
    openapi: "3.1.0",
    info: { title: "Operations for administrators", version, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    paths: Object.fromEntries(
      operations.map((operation) => [pathOf(operation), { post: described(operation) }]),
    ),
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: { Error: ERROR },
    },
  };
}

const ERROR = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message"],
      properties: { code: { type: "string" }, message: { type: "string" }, field: { type: "string" } },
    },
  },
};

/** Returns an operation's path over HTTP. */
export function pathOf({ name }: Operation): string {
  return `/admin/${name.replace(" ", "/")}`;
}

function described(operation: Operation): object {
  const { name, summary, effect, needs } = operation;
  const json = (schema: object) => ({ content: { "application/json": { schema } } });
  const failure = json({ $ref: "#/components/schemas/Error" });
  return {
    operationId: name.replaceAll(/[ -]/g, "_"),
    tags: [name.split(" ")[0]],
    summary: summary.en,
    "x-summary-zh": summary.zh,
    "x-effect": effect,
    "x-needs": needs,
    requestBody: { required: true, ...json(shapeOf(operation.arguments, "input")) },
    responses: {
      200: { description: "the result", ...json(shapeOf(operation.result, "output")) },
      ...Object.fromEntries(
        Object.entries(ERRORS).map(([status, description]) => [status, { description, ...failure }]),
      ),
    },
  };
}

export async function adminPage(language: Language): Promise<Framed> {
  const operations = await allOperations(ALL_FAMILIES);
  const { adminTitle: title, adminText: text, document } = TEXTS[language];
  const families = Object.keys(ALL_FAMILIES);
  const sections = Object.entries(ALL_FAMILIES).map(([family, { summary }]) => {
    const own = operations.filter(({ name }) => name.startsWith(`${family} `));
    return `<section id="${family}"><h2>${family}</h2><p>${escape(summary[language])}</p>${own.map((each) => section(each, language)).join("")}</section>`;
  });
  const errors = Object.entries(ERRORS).map(
    ([status, meaning]) => `<tr><td><code>${status}</code></td><td>${escape(meaning)}</td></tr>`,
  );
  const body = `<h1>${escape(title)}</h1>
<p>${escape(text)}</p>
<p><a href="/admin/openapi.json">${escape(document)}</a></p>
<pre tabindex="0">curl -H "Authorization: Bearer TOKEN" --json '{"name": "grafana", "to": "ops"}' http://127.0.0.1:10050/admin/hook/add</pre>
${sections.join("\n")}
<section id="errors"><h2>HTTP</h2><div class="wide" tabindex="0"><table><tbody>${errors.join("")}</tbody></table></div></section>`;
  const headings = families.map((family) => ({ id: family, text: family }));
  return { title, path: ADMIN_PAGE, language, body, headings };
}

function section(operation: Operation, language: Language): string {
  const fields = argumentsOf(operation);
  const table =
    fields.length === 0
      ? ""
      : `<table><tbody>${fields.map((field) => row(field, language)).join("")}</tbody></table>`;
  return `<h3><code>POST ${pathOf(operation)}</code></h3><p>${escape(operation.summary[language])}</p><div class="wide" tabindex="0">${table}</div>`;
}

function row({ name, label, kind, isRequired, choices }: Field, language: Language): string {
  const type = choices === undefined ? kind : choices.join(" | ");
  const required = isRequired ? escape(TEXTS[language].required) : "";
  return `<tr><td><code>${name}</code></td><td>${escape(type)}</td><td>${escape(label[language])}</td><td>${required}</td></tr>`;
}
