/** The OpenAPI 3.1 document, made from the endpoints and their schemas. */
import { z } from "zod";
import { MAX_KEY } from "../../component/operations/call-key.js";
import type { Language, Translated } from "../../component/translated.js";
import { hasData, hasRetryAfter } from "../api-response.js";
import type { Route } from "../endpoint.js";
import { ERRCODES } from "../errcodes.js";
import { hooksPart } from "./hook-paths.js";
import { mapInSlices } from "../../component/limits/meter.js";
import { ownProperty } from "../../component/own-property.js";

/** Which calls may be repeated, and by what they are recognised. */
const REPEATS: Readonly<Record<Language, string>> = {
  en:
    "If you get no response, repeat the same call within ten minutes. Messages are sent only once if caller, path, body and the " +
    "header Idempotency-Key are the same, or, in send_thirdmessage, sender, receiver, the id of the <body> and the XML. Other " +
    "messages are sent again: equal content is no repeat.",
  zh:
    "没有收到响应时，请在十分钟之内重复同一调用。如果调用方、路径、请求体和请求头 Idempotency-Key 都相同，消息只发送一次；" +
    "send_thirdmessage 中，发送者、接收者、<body> 的 id 和 XML 都相同的消息也只发送一次。其他消息会再次发送：内容相同不算重复。",
};

/** The parts of JSON Schema that the schemas of endpoints use. */
export interface JsonSchema {
  readonly description?: string | undefined;
  readonly properties?: Readonly<Record<string, JsonSchema>> | undefined;
  readonly required?: readonly string[];
  readonly items?: JsonSchema | undefined;
  readonly anyOf?: readonly JsonSchema[] | undefined;
  readonly [key: string]: unknown;
}

/** What replaces qtalk.test.org and conference.qtalk.test.org in examples. */
export interface ExampleNames {
  readonly host: string;
  readonly domain: string;
}

export interface DescribedService {
  readonly routes: readonly Route[];
  readonly examples: ExampleNames;
  readonly hasConsole: boolean;
  readonly version: string;
}

/** Makes the document in slices, as anybody may ask for it. */
export async function openApi(
  { routes, examples, version }: DescribedService,
  language: Language,
): Promise<object> {
  const operations = await mapInSlices(routes, (route): [path: string, item: object] => [
    route.path,
    { [route.method.toLowerCase()]: operation(route, examples, language) },
  ]);
  const { paths, webhooks } = hooksPart(language);
  return {
    openapi: "3.1.0",
    info: {
      title: language === "zh" ? "QTalk HTTP 接口" : "QTalk's HTTP interface",
      version,
      description: REPEATS[language],
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{}, { token: [] }],
    paths: { ...Object.fromEntries(operations), ...paths },
    webhooks,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: {
        Errcode: errcodes(language),
        Failure: failure(true),
        FailureWithoutData: failure(false),
        NoSuchRoom: NO_SUCH_ROOM,
      },
      headers: headers(language),
    },
  };
}

/** Returns the schema of refusals' errcodes. */
function errcodes(language: Language): object {
  const all = Object.entries(ERRCODES).filter(([errcode]) => errcode !== "0");
  return {
    type: "integer",
    enum: all.map(([errcode]) => Number(errcode)),
    description: all.map(([errcode, { meaning }]) => `${errcode}: ${meaning[language]}`).join("; "),
  };
}

/** The response of the calls under management/ if the room doesn't exist: its errcode is a text. */
const NO_SUCH_ROOM = {
  type: "object",
  required: ["ret", "errcode", "errmsg"],
  properties: {
    ret: { const: false },
    errcode: { type: "string", const: "-1" },
    errmsg: { type: "string" },
  },
};

const HEADERS: Readonly<Record<string, Translated & { readonly schema: object }>> = {
  "X-Request-Id": {
    en: "the call's id in the component's log and in outbox trace",
    zh: "该调用在组件日志和 outbox trace 中的 id",
    schema: { type: "string" },
  },
  "X-QTalk-Delivery": {
    en: "present if messages were accepted. confirmed: the XMPP server has them; queued: the component sends them when it can",
    zh: "有消息被接受时才有。confirmed：XMPP 服务器已收到；queued：组件会在可能时发送",
    schema: { enum: ["confirmed", "queued"] },
  },
  "Retry-After": {
    en: "how many seconds to wait before the call is repeated",
    zh: "应等待多少秒再重复调用",
    schema: { type: "integer", minimum: 1 },
  },
};

function headers(language: Language): object {
  return Object.fromEntries(
    Object.entries(HEADERS).map(([name, { schema, ...text }]) => [
      name,
      { description: text[language], schema },
    ]),
  );
}

function headersNamed(...names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** Returns the schema of refusals. @param withData whether refusals have `data` */
function failure(withData: boolean): object {
  return {
    type: "object",
    required: ["ret", "errcode", "errmsg"],
    properties: {
      ret: { const: false },
      errcode: schemaNamed("Errcode"),
      errmsg: { type: "string" },
      data: withData ? { anyOf: [{ const: "" }, { type: "array", maxItems: 0 }] } : undefined,
    },
  };
}

function operation(route: Route, names: ExampleNames, language: Language): object {
  const isGet = route.method === "GET";
  const example = callExampleOf(route, names);
  return {
    operationId: route.id,
    summary: route.summary[language],
    parameters: isGet
      ? parameters(route, example, language)
      : [{ name: "Idempotency-Key", in: "header", description: KEY_HEADER[language], schema: KEY_SCHEMA }],
    requestBody: isGet ? undefined : body(route, example, language),
    responses: responses(route, names, language),
  };
}

const KEY_HEADER: Translated = {
  en: "repeats of the call with the same key send its messages only once; no effect on other calls",
  zh: "以相同的键重复调用时，消息只发送一次；对不发送消息的调用不起作用",
};

const KEY_SCHEMA = { type: "string", minLength: 1, maxLength: MAX_KEY };

function body(route: Route, example: object, language: Language): object {
  const schema = requestShape(route, language);
  return { required: true, content: { "application/json": { schema, example } } };
}

function parameters(route: Route, example: object, language: Language): object[] {
  const { properties = {}, required = [] } = requestShape(route, language);
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    description,
    schema,
    example: ownProperty(example as Readonly<Record<string, unknown>>, name),
  }));
}

const DONE: Translated = {
  en: "done if ret is true, refused if it is false",
  zh: "ret 为 true 表示完成，为 false 表示被拒绝",
};
/** What a status means if its errcode has several. */
const STATUSES: Readonly<Record<string, Translated>> = {
  408: { en: "the body arrived too slowly (http.least_rate)", zh: "请求体到达得太慢（http.least_rate）" },
};

function responses(route: Route, names: ExampleNames, language: Language): object {
  const failures = Object.values(ERRCODES).flatMap(({ status, meaning }) =>
    status
      .filter((each) => each !== 200)
      .map((each): [number, object] => [
        each,
        {
          description: (ownProperty(STATUSES, String(each)) ?? meaning)[language],
          headers: headersNamed("X-Request-Id", ...(hasRetryAfter(each) ? ["Retry-After"] : [])),
          content: { "application/json": { schema: failureOf(route) } },
        },
      ]),
  );
  const done = {
    description: DONE[language],
    headers: headersNamed("X-Request-Id", "X-QTalk-Delivery"),
    content: answer(route, names, language),
  };
  return { 200: done, ...Object.fromEntries(failures) };
}

function failureOf({ success }: Route): object {
  return schemaNamed(hasData(success) ? "Failure" : "FailureWithoutData");
}

const isManaged = ({ group }: Route): boolean => group === "management";

function schemaNamed(name: string): object {
  return { $ref: `#/components/schemas/${name}` };
}

/** Returns the schemas of an endpoint's successful response, by media type. */
function answer(route: Route, names: ExampleNames, language: Language): object {
  const { success } = route;
  if ("plain" in success) {
    const { plain, type } = success;
    const done = { const: type === "text/plain" ? plain : (JSON.parse(plain) as unknown) };
    return type === "text/plain"
      ? { [type]: { schema: done }, "application/json": { schema: failureOf(route) } }
      : { [type]: { schema: { oneOf: [done, failureOf(route)] } } };
  }
  const { errcode = 0, errmsg, data } = success;
  const hasSchema = typeof data === "object";
  const found = hasSchema ? shapeOf(data.schema, "output", language) : { const: data };
  const type = typeof errcode === "number" ? "integer" : "string";
  const properties = { ret: { const: true }, errcode: { type, const: errcode }, errmsg: { const: errmsg } };
  const example = { ret: true, errcode, errmsg, data: hasSchema ? data.example : data };
  const done = {
    type: "object",
    required: [...Object.keys(properties), ...(data === undefined ? [] : ["data"])],
    properties: { ...properties, data: data === undefined ? undefined : found },
  };
  const schema = {
    oneOf: [done, failureOf(route), ...(isManaged(route) ? [schemaNamed("NoSuchRoom")] : [])],
  };
  return { "application/json": { schema, example: callExampleOf({ example }, names) } };
}

/** Returns the schema of an endpoint's arguments, with descriptions in one language. */
export function requestShape({ request }: Route, language: Language): JsonSchema {
  return shapeOf(request, "input", language);
}

function shapeOf(schema: z.ZodType, io: "input" | "output", language: Language): JsonSchema {
  const inLanguage = (key: string, value: unknown): unknown => {
    // The document declares the dialect of JSON Schema once, for all schemas.
    if (key === "$schema") return undefined;
    if (typeof value !== "object" || value === null || !("zh" in value)) return value;
    const { zh, ...shape } = value;
    return language === "zh" ? { ...shape, description: zh } : shape;
  };
  return JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io })), inLanguage) as JsonSchema;
}

/** Returns an endpoint's example, with this component's host and domain. */
export function callExampleOf({ example }: Pick<Route, "example">, { host, domain }: ExampleNames): object {
  const text = JSON.stringify(example).replace(/(conference\.)?qtalk\.test\.org/g, (_, room?: string) =>
    room === undefined ? host : domain,
  );
  return JSON.parse(text) as object;
}
