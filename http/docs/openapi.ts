/** The OpenAPI 3.1 document, made from the contract table: the schemas that read requests describe them, too. */
import { z } from "zod";
import { idOf, pathOf, type Endpoint } from "../endpoint.js";
import { hasData } from "../envelope.js";
import type { Example, Examples } from "./examples.js";
import { hookPaths } from "./hook-paths.js";
import { meaningIn, summaryIn, type Language } from "./language.js";
import { toldWebhooks } from "./told-hooks.js";

/** What is used of JSON Schema. */
export interface Shape {
  readonly $schema?: string;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly [key: string]: unknown;
}

/** What is described. */
export interface Described {
  readonly endpoints: readonly Endpoint[];
  /** By endpoint. */
  readonly examples: Examples;
  /** The program's. */
  readonly version: string;
}

export function openApi({ endpoints, examples, version }: Described, language: Language): object {
  return {
    openapi: "3.1.0",
    info: {
      title: language === "zh" ? "QTalk HTTP 接口" : "QTalk's HTTP interface",
      version,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{}, { token: [] }],
    paths: {
      ...Object.fromEntries(
        endpoints.map((row) => [pathOf(row), operations(row, examples[row.name] ?? {}, language)]),
      ),
      ...hookPaths(language),
    },
    webhooks: toldWebhooks(language),
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: { Failure: failure(true), FailureWithoutData: failure(false) },
    },
  };
}

/** What a call that was refused is answered. */
function failure(withData: boolean): object {
  return {
    type: "object",
    required: ["ret", "errcode", "errmsg"],
    properties: {
      ret: { const: false },
      errcode: { enum: [1, 2, 3, 4, 5, 6, 101, "-1"] },
      errmsg: { type: "string" },
      ...(withData && { data: { anyOf: [{ const: "" }, { type: "array", maxItems: 0 }] } }),
    },
  };
}

function operations(row: Endpoint, example: Example, language: Language): object {
  const operation = {
    operationId: idOf(row),
    summary: summaryIn(language, row),
    ...(row.method === "GET"
      ? { parameters: parameters(row, example, language) }
      : { requestBody: body(row, example, language) }),
    responses: responses(row),
  };
  return { [row.method.toLowerCase()]: operation };
}

function body(row: Endpoint, example: Example, language: Language): object {
  const schema = requestShape(row, language);
  return { required: true, content: { "application/json": { schema, example } } };
}

function parameters(row: Endpoint, example: Example, language: Language): object[] {
  const { properties = {}, required = [] } = requestShape(row, language);
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
    example: (example as Readonly<Record<string, unknown>>)[name],
  }));
}

function responses(row: Endpoint): object {
  const failure = (description: string): object => ({
    description,
    content: { "application/json": { schema: failureOf(row) } },
  });
  const done = { description: "done, or refused: ret tells", content: answer(row) };
  return {
    200: done,
    401: failure("the calling program is not known"),
    403: failure("the calling program may not"),
    503: failure("not now; nothing was accepted"),
  };
}

function failureOf({ success }: Endpoint): object {
  return { $ref: `#/components/schemas/${hasData(success) ? "Failure" : "FailureWithoutData"}` };
}

/** By media type. */
function answer(row: Endpoint): object {
  const { success } = row;
  if ("plain" in success) {
    const { plain, type } = success;
    const done = { const: type === "text/plain" ? plain : (JSON.parse(plain) as unknown) };
    return type === "text/plain"
      ? { [type]: { schema: done }, "application/json": { schema: failureOf(row) } }
      : { [type]: { schema: { oneOf: [done, failureOf(row)] } } };
  }
  const { errcode = 0, errmsg, data } = success;
  const found = typeof data === "object" ? omit(shapeOf(data, "output"), "$schema") : { const: data };
  const properties = { ret: { const: true }, errcode: { const: errcode }, errmsg: { const: errmsg } };
  const done = {
    type: "object",
    required: [...Object.keys(properties), ...(data === undefined ? [] : ["data"])],
    properties: { ...properties, ...(data !== undefined && { data: found }) },
  };
  return { "application/json": { schema: { oneOf: [done, failureOf(row)] } } };
}

/** A request's schema, its fields described in this language. */
export function requestShape(row: Endpoint, language: Language): Shape {
  return translated(shapeOf(row.request, "input"), language);
}

function shapeOf(schema: z.ZodType, io: "input" | "output"): Shape {
  return z.toJSONSchema(schema, { io }) as Shape;
}

function translated(shape: Shape, language: Language): Shape {
  const { properties, items, anyOf, ...rest } = shape;
  const fields = Object.entries(properties ?? {}).map(([name, field]): [string, Shape] => {
    const inner = translated(field, language);
    return [name, { ...inner, description: meaningIn(language, name, inner.description ?? "") }];
  });
  return {
    // The document names its dialect once.
    ...omit(rest, "$schema"),
    ...(properties && { properties: Object.fromEntries(fields) }),
    ...(items && { items: translated(items, language) }),
    ...(anyOf && { anyOf: anyOf.map((choice) => translated(choice, language)) }),
  };
}

function omit(shape: Shape, name: string): Shape {
  return Object.fromEntries(Object.entries(shape).filter(([key]) => key !== name));
}
