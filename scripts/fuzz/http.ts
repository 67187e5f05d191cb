/** HTTP requests: calls of every endpoint, with documented fields and with other values, and pipelined ones. */
import fc from "fast-check";
import { contract } from "../../http/contract.js";
import { routesOf, type Route } from "../../http/endpoint.js";
import { DEN, DOMAIN, HOST, hostileName, type Generator, type Step } from "./case.js";
import { element, inside } from "./element.js";
import { address, room, text, user, weighted, word } from "./text.js";

/** Many requests on one connection. */
const pipeline = fc
  .tuple(
    word(
      "/healthz /readyz /openapi.json /docs /metrics /nothing /qtalk/send_message /hooks/x/y /docs/guide/setup",
    ),
    fc.constantFrom(10, 2_000, 20_000),
    fc.boolean(),
  )
  .map(([target, times, isRead]): Step => ({ do: "pipeline", path: target, times, isRead }));

const names = fc
  .constantFrom(10, 1_100, 30_000)
  .map((count) => Array.from({ length: count }, (_, i) => `u${i}`));
const json = weighted<unknown>(
  [3, text],
  [1, fc.jsonValue({ maxDepth: 3 })],
  [1, fc.array(fc.oneof(text, address, fc.integer()), { maxLength: 4 })],
  [1, names],
);

/** Attributes of a message, well-formed or not. */
const attributes = fc
  .subarray(
    `xmlns:a='urn:x' a:b='c'|a:b='c'|xmlns='jabber:client'|xmlns='urn:x'|xml:lang='zh'|type='groupchat'|type='consult'
    |type='error'|client_ver='0'|msgType='5'|id='i'|id=''|xmlns:xml='urn:x'|xmlns:b=''|ё='1'`.split("|"),
    { maxLength: 3 },
  )
  .map((some) => some.map((attribute) => ` ${attribute.trim()}`).join(""));
const message = weighted(
  [
    6,
    fc
      .tuple(attributes, attributes, inside, inside)
      .map(([own, ofBody, body, more]) => `<message${own}><body${ofBody}>${body}</body>${more}</message>`),
  ],
  [1, element],
  [1, fc.tuple(text, text).map(([a, b]) => `<message><body>${a}</body>${b}</message>`)],
);

/** Usual values of a request's field. @param key the field's name @param example the endpoint's example */
function usual(key: string, example: unknown): fc.Arbitrary<unknown> {
  if (/^(?:from|to|muc_owner|u)$/i.test(key)) return fc.oneof(user, address);
  if (/^(?:muc_member|users)$/.test(key)) return fc.array(fc.oneof(user, address), { maxLength: 5 });
  if (key === "muc_id") return fc.constantFrom(DEN.split("@")[0], "other", "x y", DEN);
  if (/domain$/i.test(key)) return fc.constantFrom(DOMAIN, HOST);
  if (key === "message") return fc.oneof(message, text);
  return fc.constant(example);
}

function argumentsOf(route: Route): fc.Arbitrary<unknown> {
  const [example = {}] = [route.example].flat();
  const fields = Object.entries(example).map(([key, value]): [string, fc.Arbitrary<unknown>] => [
    key,
    weighted<unknown>([6, usual(key, value)], [2, json]),
  ]);
  const known = fc.record(Object.fromEntries(fields), { requiredKeys: [] });
  const object = fc
    .tuple(fc.dictionary(text, json, { maxKeys: 1 }), known)
    .map((parts): object => Object.assign({}, ...parts) as object);
  return weighted<unknown>([8, object], [1, fc.array(object, { maxLength: 3 })], [1, json]);
}

function stepOf({ path: target, method }: Route, call: unknown): Step {
  if (method === "POST") return { do: "call", method, path: target, body: JSON.stringify(call) };
  const entries = typeof call === "object" && call !== null ? Object.entries(call) : [["u", call]];
  const query = entries.map(([key, value]) => `${encoded(key)}=${encoded(value)}`).join("&");
  return { do: "call", method: "GET", path: `${target}?${query.slice(0, 12_000)}` };
}

/** Encodes a value for a URL. A lone surrogate, which UTF-8 can't encode, becomes "?". */
function encoded(part: unknown): string {
  const raw = typeof part === "string" ? part : JSON.stringify(part);
  // Encodes ' too. Otherwise, fetch would encode it, and so make the URL longer.
  return encodeURIComponent(raw.replace(/\p{Surrogate}/gu, "?")).replaceAll("'", "%27");
}

function post(endpoint: string, body: unknown): Step {
  return { do: "call", method: "POST", path: `/qtalk/${endpoint}`, body: JSON.stringify(body) };
}

/** auth_uk is left out, because the component delays its response to wrong keys. */
const rows = routesOf(contract).filter(({ name }) => name !== "auth_uk");
const anyCall = fc.oneof(...rows.map((row) => argumentsOf(row).map((call) => stepOf(row, call))));
const item = fc.record({ from: user, to: fc.oneof(user, room), message });
const xmlCall = fc
  .array(item, { minLength: 1, maxLength: 6 })
  .map((items) => post("send_thirdmessage", items.length === 1 ? items[0] : items));
const flood = fc.constantFrom(100, 3_000).map((count) => {
  const to = Array.from({ length: count }, (_, index) => `nobody${index}@${HOST}`);
  return post("send_notify", { from: hostileName(0), to, category: "1", data: "x".repeat(200) });
});

export const calls: Generator = {
  name: "calls",
  batch: 40,
  steps: weighted([4, anyCall], [3, xmlCall], [1, flood], [1, pipeline]).map((step) => [step]),
};
