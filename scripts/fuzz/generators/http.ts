/** HTTP itself: request lines, headers, bodies and paths of any kind. */
import fc from "fast-check";
import type { Generator } from "../generator.js";

const method = fc.constantFrom("GET", "POST", "HEAD", "PUT", "OPTIONS", "TRACE", "get", "X", "");
const path = fc.oneof(
  fc.constantFrom(
    "/qtalk/send_message",
    "/qtalk/send_message/",
    "/qtalk//send_message",
    "/qtalk/..%2fmetrics",
    "/qtalk/%E0%A4%A",
    "/qtalk/auth_uk?u=%ff&k=%",
    "/file/avatar/%E0%A4%A",
    "/file/avatar/../../etc/passwd",
    "/file/avatar/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/docs/",
    "/docs/%00",
    "/metrics",
    "/healthz?x",
    "*",
    "http://127.0.0.1/qtalk/send_message",
    "//evil.example/qtalk",
  ),
  fc.string({ maxLength: 20 }).map((raw) => `/${raw}`),
  fc.constant(`/${"a".repeat(20_000)}`),
);
const version = fc.constantFrom("HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", "");
const header = fc.oneof(
  fc.constantFrom(
    "Host: 127.0.0.1",
    "Host: evil.example",
    "Host:",
    "Content-Length: 2",
    "Content-Length: -1",
    "Content-Length: 99999999999",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip",
    "Content-Encoding: gzip",
    "Content-Type: application/json; charset=utf-7",
    "Expect: 100-continue",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Origin: http://evil.example",
    "X-Forwarded-For: unknown",
    "Authorization: Bearer \u00ff",
    "Range: bytes=0-1,2-3",
    `Cookie: ${"c".repeat(17_000)}`,
  ),
  fc.string({ maxLength: 20 }),
);
const body = fc.oneof(
  fc.constantFrom(
    "",
    "{}",
    "[]",
    "{",
    '{"from":"a"',
    "0\r\n\r\n",
    "5\r\nabcde\r\n0\r\n\r\n",
    "ffffffffffffffff\r\n",
    "null",
  ),
  fc.constant("[".repeat(100_000)),
  fc.string({ unit: "binary", maxLength: 60 }),
);

/** No connection stays open after it: each ends with what was written. */
export const http: Generator = {
  name: "http",
  steps: fc
    .tuple(method, path, version, fc.array(header, { maxLength: 4 }), body)
    .map(([verb, target, protocol, headers, rest]) => {
      const head = [`${verb} ${target} ${protocol}`, ...headers, "Connection: close"].join("\r\n");
      return [{ do: "http", bytes: Buffer.from(`${head}\r\n\r\n${rest}`, "utf8").toString("latin1") }];
    }),
};
