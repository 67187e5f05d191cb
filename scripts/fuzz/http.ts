/** HTTP requests: calls of every endpoint, with documented fields and with other values; raw bytes. */
import fc from "fast-check";
import { contract } from "../../http/contract.js";
import { routesOf, type Route } from "../../http/endpoint.js";
import { DEN, DOMAIN, HOST, hostileName, type Generator, type Step } from "./case.js";
import { element, inside } from "./element.js";
import { address, room, text, user, weighted, word } from "./text.js";

const PATHS = `/qtalk/send_message /qtalk//send_message /qtalk/..%2fmetrics /qtalk/%E0%A4%A /file/avatar/../../etc/passwd
  /docs/%00 /healthz?x /hooks/%E0%A4%A/y/messages/z * http://127.0.0.1/qtalk/send_message //evil.example/qtalk`;
const HEADERS = `Host: 127.0.0.1|Host: evil.example|Content-Length: 2|Content-Length: -1|Content-Length: 99999999999|x
  |Transfer-Encoding: chunked|Transfer-Encoding: gzip|Content-Encoding: gzip|Expect: 100-continue|Upgrade: websocket
  |Content-Type: application/json; charset=utf-7|X-Forwarded-For: unknown|Cookie: ${"c".repeat(17_000)}`;
const BODIES = `|{}|{"from":"a"|null|0\r\n\r\n|5\r\nabcde\r\n0\r\n\r\n|ffffffffffffffff\r\n|${"[".repeat(100_000)}`;
const request = fc
  .tuple(
    word("GET POST HEAD PUT OPTIONS TRACE get X"),
    fc.oneof(word(PATHS), fc.string({ maxLength: 20 }), fc.constant(`/${"a".repeat(20_000)}`)),
    word("HTTP/1.1 HTTP/1.0 HTTP/2.0 x"),
    fc.array(fc.constantFrom(...HEADERS.split("|").map((header) => header.trim())), { maxLength: 4 }),
    fc.oneof(fc.constantFrom(...BODIES.split("|")), fc.string({ unit: "binary", maxLength: 60 })),
  )
  .map(([method, target, protocol, headers, content]): Step => {
    const head = [`${method} ${target} ${protocol}`, ...headers, "Connection: close"].join("\r\n");
    return { do: "bytes", start: `${head}\r\n\r\n${content}`, piece: "", times: 0, isRead: true };
  });
const TARGETS = `/healthz /readyz /openapi.json /docs /metrics /nothing /qtalk/send_message /qtalk/send_notify /hooks/x/y
  /docs/guide/setup /console/api/login {hook}`;
/** Many requests on one connection, or a body in chunks of one byte. */
const repeated = fc
  .tuple(word(TARGETS), fc.constantFrom(10, 2_000, 20_000, 200_000), fc.boolean(), fc.boolean())
  .map(([target, times, isRead, isChunked]): Step => {
    const head = (method: string): string => `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n`;
    const start = isChunked ? `${head("POST")}Transfer-Encoding: chunked\r\n\r\n` : "";
    const piece = isChunked ? "1\r\nx\r\n" : `${head("GET")}\r\n`;
    return { do: "bytes", start, piece, times: isChunked ? times : Math.min(times, 20_000), isRead };
  });

/** Bodies whose price is their values, keys or depth, by everybody, for a hook and by a caller. */
const priced = fc
  .tuple(
    word("/console/api/login /qtalk/send_message /qtalk/send_thirdmessage /hooks/x/y /hooks/abcdef"),
    fc.constantFrom<(index: number) => string>(
      (index) => `"k${index}":1`,
      (index) => `"k${index}":{}`,
      () => `"a":[]`,
      () => `"a":[[]]`,
      (index) => `"k${index}":"x"`,
    ),
    fc.constantFrom(10_000, 300_000, 8_000_000),
  )
  .map(([target, each, size]): Step => {
    const count = Math.floor(size / (each(1_000).length + 1));
    const body = `{${Array.from({ length: count }, (_, index) => each(index)).join()}}`;
    return { do: "call", method: "POST", path: target, body };
  });

const names = fc
  .constantFrom(10, 1_100, 30_000)
  .map((count) => Array.from({ length: count }, (_, i) => `u${i}`));
const json = weighted<unknown>(
  [3, text],
  [1, fc.jsonValue({ maxDepth: 3 })],
  [1, fc.array(fc.oneof(text, address, fc.integer()), { maxLength: 4 })],
  [1, names],
);

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
  steps: weighted([4, anyCall], [3, xmlCall], [2, request], [1, flood], [2, repeated], [1, priced]).map(
    (step) => [step],
  ),
};
