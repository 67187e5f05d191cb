/**
 * A post as it is on the wire, as text: a request line such as `POST /message?token=x`, whose path follows the hook's URL,
 * headers, an empty line, and the body. Formats' tests and `hook test` read such texts; `hook captured` writes them.
 */
import { isUtf8 } from "node:buffer";

export interface RawPost {
  readonly method: string;
  /** What follows the hook's URL in the path; "" if nothing does. */
  readonly suffix: string;
  /** The parameters, without "?"; undefined if there are none. */
  readonly query: string | undefined;
  /** Names as they came, values as Node has them: a character for each byte. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** The header of a body that is written in Base64, because it isn't text. */
const ENCODING = "Body-Encoding";
const REQUEST_LINE = /^(POST|PUT|GET) \/([^?\s]*)(?:\?(\S*))?$/;
/** The types whose bodies have lines that end in CRLF (RFC 7578, RFC 5322), which texts are written without. */
const HAS_CRLF = /^(?:multipart\/|message\/rfc822)/i;

/** Returns a post's text, which `parseRawPost` parses to the same post. */
export function rawPostText({ method, suffix, query, headers, body }: RawPost): string {
  const type = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const plain = textOfBody(body, type);
  const lines = [
    `${method} /${suffix}${query === undefined ? "" : `?${query}`}`,
    ...headers.map(([name, value]) => `${name}: ${headerText(value)}`),
    ...(plain === undefined ? [`${ENCODING}: base64`] : []),
  ];
  return `${lines.join("\n")}\n\n${plain ?? body.toString("base64")}`;
}

/** Parses the text of a post; undefined if it isn't one. */
export function parseRawPost(text: string): RawPost | undefined {
  const end = text.indexOf("\n\n");
  const [line = "", ...given] = (end < 0 ? text : text.slice(0, end)).trimEnd().split("\n");
  const [, method, suffix = "", query] = REQUEST_LINE.exec(line) ?? [];
  if (method === undefined) return undefined;
  const all = given.map((each) => {
    const [name = "", ...value] = each.split(": ");
    return [name, Buffer.from(value.join(": ")).toString("latin1")] as const;
  });
  const body = end < 0 ? "" : text.slice(end + 2);
  const valueOf = (wanted: string) =>
    all.find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1] ?? "";
  const bytes =
    valueOf(ENCODING) === "base64"
      ? Buffer.from(body, "base64")
      : Buffer.from(HAS_CRLF.test(valueOf("content-type")) ? body.replaceAll("\n", "\r\n") : body);
  const headers = all.filter(([name]) => name.toLowerCase() !== ENCODING.toLowerCase());
  return { method, suffix, query, headers, body: bytes };
}

/** Returns a body as text; undefined if it must be in Base64. */
function textOfBody(body: Buffer, type: string): string | undefined {
  const text = body.toString();
  if (!isUtf8(body) || text.includes("\0")) return undefined;
  if (!HAS_CRLF.test(type)) return text;
  const plain = text.replaceAll("\r\n", "\n");
  return plain.replaceAll("\n", "\r\n") === text ? plain : undefined;
}

function headerText(value: string): string {
  const bytes = Buffer.from(value, "latin1");
  return isUtf8(bytes) ? bytes.toString() : value;
}
