/** The part of the OpenAPI document about hooks, from hooks.openapi.yml. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { FORMATS } from "../../component/hooks/formats/formats.js";
import { ownProperty } from "../../component/own-property.js";
import type { Language } from "../../component/translated.js";
import { documentationOf } from "./formats.js";
import { fileAt } from "./pages.js";

interface HooksPart {
  readonly paths: {
    readonly "/hooks/{id}/{secret}": {
      readonly post: { readonly requestBody: { readonly content: { "application/json": object } } };
    };
  };
  readonly events: Readonly<Record<string, readonly string[]>>;
  readonly fields: Readonly<Record<string, object>>;
  readonly delivery: { readonly summary: string };
}

/** The part in all languages, as JSON, once it was read: reading it takes tens of milliseconds. */
let known: string | undefined;

/** Returns the paths of incoming webhooks, and the events that outgoing webhooks deliver. */
export function hooksPart(language: Language): { readonly paths: object; readonly webhooks: object } {
  known ??= JSON.stringify(parse(readFileSync(fileAt("docs/hooks.openapi.yml"), "utf8")));
  const part = JSON.parse(known, (_key, value: unknown) =>
    isTranslated(value) ? value[language] : value,
  ) as HooksPart;
  part.paths["/hooks/{id}/{secret}"].post.requestBody.content["application/json"] = {
    schema: {},
    examples: examples(),
  };
  const webhooks = Object.entries(part.events).map(([type, names]) => {
    const schema = eventOf(type, names, part.fields);
    const requestBody = { required: true, content: { "application/json": { schema } } };
    const summary = `${part.delivery.summary}: ${type}`;
    return [type, { post: { ...part.delivery, summary, requestBody } }] as const;
  });
  return { paths: part.paths, webhooks: Object.fromEntries(webhooks) };
}

function isTranslated(value: unknown): value is Readonly<Record<Language, string>> {
  return typeof value === "object" && value !== null && Object.keys(value).join() === "en,zh";
}

/** Returns the samples of all formats that post JSON. */
function examples(): object {
  const samples = FORMATS.map((format) => [format.name, documentationOf(format).sample.body] as const);
  return Object.fromEntries(
    samples
      .filter(([, body]) => body.startsWith("{"))
      .map(([name, body]) => [name, { value: JSON.parse(body) as unknown }]),
  );
}

/** Returns the schema of an event. @param names of the fields of its data, as in hooks.openapi.yml */
function eventOf(type: string, names: readonly string[], kinds: HooksPart["fields"]): object {
  const fields = names.map((name) => name.replace("?", ""));
  const schemas = fields.map((name) => [name, ownProperty(kinds, name) ?? { type: "string" }] as const);
  const required = names.filter((name) => !name.endsWith("?"));
  return {
    type: "object",
    required: ["type", "timestamp", "data"],
    properties: {
      type: { const: type },
      timestamp: { type: "string", format: "date-time" },
      data: { type: "object", required, properties: Object.fromEntries(schemas) },
    },
  };
}
