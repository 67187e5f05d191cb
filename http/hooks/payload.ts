/** Parses posts to webhooks, and checks their signatures. */
import { isUtf8 } from "node:buffer";
import { createHmac } from "node:crypto";
import { Busboy } from "@fastify/busboy";
import { HookFault } from "../../component/hooks/fault.js";
import {
  headerIn,
  type Headers,
  type Payload,
  type PostedFile,
} from "../../component/hooks/formats/format.js";
import { AUTO, formatHeadersOf, formatOf, jsonIn, SUFFIXES } from "../../component/hooks/formats/formats.js";
import type { Beat } from "../../component/hooks/heartbeats.js";
import type { Hook } from "../../component/hooks/hook.js";
import { hashOf, isRight, isSameHash } from "../../component/secrets.js";
import { MAX_KEY } from "../../component/operations/call-key.js";
import { Refusal } from "../../component/refusal.js";
import { jsonOf } from "../json.js";
import { readMail } from "../mail/reader.js";

type Body = Pick<Payload, "json" | "text" | "mail" | "files">;

/** Where a post came to: what follows the hook's URL in the path, and the parameters of its query. */
export type PostPlace = Pick<Payload, "suffix" | "query">;

/** The headers that may have an idempotency key. Equal keys mean that a program sent the same post again. */
const KEY = ["idempotency-key", "webhook-id", ...formatHeadersOf("delivery")];
const SIGNATURE = formatHeadersOf("signature");
const TOKEN = formatHeadersOf("token");
const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data";
const MAIL = "message/rfc822";
const NO_MULTIPART = "the post is no multipart/form-data";
/** How many files are too many is said later (rendering.ts). */
const MOST_PARTS = { fields: 50, files: 60, parts: 60, headerPairs: 20 };

/** The part of a post that is parsed: the body, or one field of the body. */
export interface Content {
  /** The media type, without parameters and in lower case. */
  readonly type: string;
  readonly bytes: Buffer;
  /** The fields and files of multipart/form-data, from `partsOf`. */
  readonly parts?: Parts;
  /** A mail, from `unpacked`. */
  readonly mail?: Pick<Payload, "mail" | "files">;
}

interface Parts {
  readonly fields: URLSearchParams;
  readonly files: readonly PostedFile[];
}

/** Parses a post's content. @param isText whether any body except a form or a file is text */
export function payloadOf(
  headers: Headers,
  content: Content,
  isText: boolean,
  place: PostPlace = {},
): Payload | HookFault {
  const { type, bytes } = content;
  const isForm = type === FORM_TYPE || type === MULTIPART;
  const isFile = isFileType(type) || !isUtf8(bytes);
  const isOther = isForm || isFile || content.mail !== undefined;
  const read = isText && !isOther ? { text: bytes.toString() } : bodyOf(content, isFile);
  if (read instanceof HookFault) return read;
  const posted = { ...read, headers, ...place };
  return (type === "text/plain" && !isText ? labelledText(posted, bytes) : undefined) ?? posted;
}

/** Returns the JSON that its program calls a text, as Amazon SNS does, if a format knows it; undefined: it is one. */
function labelledText(posted: Payload, bytes: Buffer): Payload | undefined {
  const read = looksLikeJson(bytes) ? jsonBody(bytes) : undefined;
  if (read === undefined || read instanceof HookFault) return undefined;
  const { text, ...rest } = posted;
  const json = { ...rest, ...read };
  return text === undefined || formatOf(json, AUTO) instanceof HookFault ? undefined : json;
}

/** Returns the body of a post by GET: empty where the path says that it is one, or what its query says; undefined if it is none. */
export function queriedBody(
  url = "",
  { hook, suffix }: { readonly hook: Pick<Hook, "format">; readonly suffix: string },
): Buffer | undefined {
  if (suffix !== "") return SUFFIXES.get(suffix)?.triggers === true ? Buffer.alloc(0) : undefined;
  const json = jsonIn(queryOf(url), hook.format);
  return json === undefined ? undefined : Buffer.from(JSON.stringify(json));
}

/**
 * Returns what a request without content says: that its program runs or, in the form of Uptime Kuma's push monitors
 * (`status=down&msg=WORDS`), that it failed.
 */
export function beatOf(url = ""): Beat {
  const query = queryOf(url);
  return query.get("status") === "down" ? { failure: query.get("msg") ?? "" } : {};
}

function queryOf(url: string): URLSearchParams {
  return new URLSearchParams(url.replace(/^[^?]*/, ""));
}

/** Whether a post may be the next of a sequence: a text, or one in ntfy's form. All others have a wrong path. */
export function isSequenced(posted: Payload): boolean {
  const format = formatOf(posted, AUTO);
  if (format instanceof HookFault) return false;
  return (
    format.name === "ntfy" || (format.name === "text" && posted.text !== undefined && posted.text !== "")
  );
}

/** Says a hook's id in JSON where the topic was, which may be the hook's secret. */
export function hideTopic({ json }: Payload, id: string): void {
  if (typeof json?.value === "object" && json.value !== null) Object.assign(json.value, { topic: id });
}

/** Returns a post's idempotency key; undefined if it has none, or one of more than 256 characters. */
export function postKeyOf(headers: Headers): string | undefined {
  const key = headerIn(headers, KEY);
  return key !== undefined && key.length <= MAX_KEY ? key : undefined;
}

/** Returns a post's whole body with its media type. */
export function postContentOf(headers: Headers, bytes: Buffer): Content {
  return {
    type: (headerIn(headers, ["content-type"]) ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "",
    bytes,
  };
}

/**
 * Returns the signed part of a post: the whole body or, from Gitea and Forgejo, the JSON in a form's field `payload`.
 * Only this part may be parsed. Undefined if nothing is signed with the key.
 */
export function signedContent(headers: Headers, body: Buffer, key: string): Content | undefined {
  const content = postContentOf(headers, body);
  if (headerIn(headers, TOKEN) !== undefined) return hasToken(headers, key) ? content : undefined;
  const [, given] = /^(?:sha256=)?([0-9a-f]{64})$/i.exec(headerIn(headers, SIGNATURE) ?? "") ?? [];
  if (given === undefined) return undefined;
  const isSigned = (bytes: Buffer): boolean =>
    isSameHash(Buffer.from(given, "hex"), createHmac("sha256", key).update(bytes).digest());
  if (isSigned(body)) return content;
  const payload = content.type === FORM_TYPE ? new URLSearchParams(body.toString()).get("payload") : null;
  const bytes = Buffer.from(payload ?? "");
  return payload !== null && isSigned(bytes) ? { type: JSON_TYPE, bytes } : undefined;
}

/** Whether a request has the hook's key itself in a header. */
export function hasToken(headers: Headers, key: string): boolean {
  const token = headerIn(headers, TOKEN);
  return token !== undefined && isRight(token, hashOf(key));
}

function bodyOf({ type, bytes, parts, mail }: Content, isFile: boolean): Body | HookFault {
  if (mail !== undefined) return mail;
  if (parts !== undefined) return withFiles(parts);
  if (type === MULTIPART) return new HookFault("payload", NO_MULTIPART);
  if (/^application\/(?:[\w.-]+\+)?json$/.test(type)) return labelledJson(bytes);
  if (type === FORM_TYPE) return form(bytes);
  if (isFile) return { files: [{ name: "", type, bytes }] };
  if (type.startsWith("text/")) return { text: bytes.toString() };
  return looksLikeJson(bytes) ? jsonBody(bytes) : { text: bytes.toString() };
}

/** Parses a body that its program calls JSON; Shoutrrr's generic service calls every text so. */
function labelledJson(bytes: Buffer): Body | HookFault {
  const body = jsonBody(bytes);
  const isText = body instanceof HookFault && isUtf8(bytes) && /^\s*[^\s"[{]/.test(bytes.toString());
  return isText ? { text: bytes.toString() } : body;
}

/** Whether a body of this media type is a file, whatever it looks like. */
function isFileType(type: string): boolean {
  return /^(?:image|audio|video)\//.test(type) || type === "application/pdf" || type === "application/zip";
}

/** Returns the fields and files of a form, which may also consist of files alone. */
function withFiles({ fields, files }: Parts): Body | HookFault {
  if (fields.size === 0 && files.length > 0) return { files };
  const body = fieldsBody(fields);
  return body instanceof HookFault || files.length === 0 ? body : { ...body, files };
}

/**
 * Parses a body of type application/x-www-form-urlencoded. `curl -d` and others give this type to any body. So a body
 * that looks like JSON is parsed as JSON, and a body with white space or without "=" is text, unless it begins with the
 * name of the field for a text or for JSON.
 */
function form(body: Buffer): Body | HookFault {
  if (looksLikeJson(body)) return jsonBody(body);
  const text = body.toString();
  const isText = /\s/.test(text.trim()) || !text.includes("=");
  if (text !== "" && isText && !/^(?:text|payload|message|content)=/.test(text)) return { text };
  return fieldsBody(new URLSearchParams(text));
}

/**
 * Reads the parts of a form with files (RFC 7578), or of a mail; other content stays as it is.
 * @param charge is told how long a mail took, in milliseconds @param owner whose mail it is
 */
export async function unpacked(
  headers: Headers,
  content: Content,
  charge: (ms: number) => void = () => undefined,
  owner = "",
): Promise<Content | HookFault> {
  if (content.type === MAIL) {
    const { mail, ms } = await readMail(content.bytes, owner);
    charge(ms);
    return mail instanceof HookFault ? mail : { ...content, mail };
  }
  if (content.type !== MULTIPART) return inUtf8(headers, content);
  const type = headerIn(headers, ["content-type"]) ?? "";
  const count = countParts(type, content.bytes);
  if (count > MOST_PARTS.parts)
    return new HookFault("payload", `the form has more than ${MOST_PARTS.parts} parts`);
  const parts = count === 0 ? undefined : await partsOf(type, content.bytes);
  return parts === undefined ? new HookFault("payload", NO_MULTIPART) : { ...content, parts };
}

/** Converts a text in another charset, which its type names, to UTF-8. JSON is in UTF-8 (RFC 8259) unless it can't be. */
function inUtf8(headers: Headers, content: Content): Content {
  const { type, bytes } = content;
  const [, charset] = /;\s*charset="?([\w.:-]{1,40})/i.exec(headerIn(headers, ["content-type"]) ?? "") ?? [];
  const isText = type.startsWith("text/") || type === FORM_TYPE || !isUtf8(bytes);
  if (charset === undefined || isFileType(type) || !isText) return content;
  try {
    return { ...content, bytes: Buffer.from(new TextDecoder(charset).decode(bytes)) };
  } catch {
    // A charset that nobody knows.
    return content;
  }
}

/**
 * Returns how many parts a form has, or a number above the limit; 0 if its boundary is missing or ambiguous. The parser
 * checks its limits only after it has taken each part, which costs a tenth of a millisecond.
 */
function countParts(type: string, body: Buffer): number {
  const [first, ...more] = type.matchAll(/boundary(?:="?([^\s";]{1,70}))?/gi);
  const delimiter = Buffer.from(`--${first?.[1] ?? ""}`);
  if (first?.[1] === undefined || more.length > 0) return 0;
  let count = 0;
  for (let at = body.indexOf(delimiter); at >= 0 && count <= MOST_PARTS.parts + 1; count++)
    at = body.indexOf(delimiter, at + delimiter.length);
  // The last delimiter ends the form.
  return Math.max(1, count - 1);
}

function partsOf(type: string, body: Buffer): Promise<Parts | undefined> {
  return new Promise((resolve) => {
    const fields = new URLSearchParams();
    const files: PostedFile[] = [];
    const fail = (): void => resolve(undefined);
    try {
      const parser = new Busboy({ headers: { "content-type": type }, limits: MOST_PARTS });
      parser.on("field", (name, value) => fields.append(name, value));
      parser.on("file", (...[, stream, name, , mediaType]) => {
        const pieces: Buffer[] = [];
        stream.on("data", (piece: Buffer) => pieces.push(piece));
        stream.on("error", fail);
        stream.on("end", () =>
          files.push({ name, type: mediaType.toLowerCase(), bytes: Buffer.concat(pieces) }),
        );
      });
      parser.on("error", fail);
      parser.on("finish", () => resolve({ fields, files }));
      parser.end(body);
    } catch {
      fail();
    }
  });
}

/**
 * Parses a form: `payload` (Slack, GitHub), `payload_json` (Discord) and `data` (Uptime Kuma) are JSON; the other fields are
 * as in a JSON body.
 */
function fieldsBody(fields: URLSearchParams): Body | HookFault {
  const data = fields.get("data");
  const isData = data !== null && looksLikeJson(Buffer.from(data));
  const payload = fields.get("payload") ?? fields.get("payload_json") ?? (isData ? data : null);
  if (payload !== null) return jsonBody(Buffer.from(payload));
  const text = fields.get("text");
  return text === null
    ? { json: { value: Object.fromEntries([...fields].slice(0, MOST_PARTS.fields)) } }
    : { text };
}

function looksLikeJson(body: Buffer): boolean {
  return /^\ufeff?\s*[{[]/.test(body.subarray(0, 64).toString());
}

function jsonBody(body: Buffer): Body | HookFault {
  const json = jsonOf(body);
  return json instanceof Refusal ? new HookFault("payload", json.message) : { json: { value: json.raw } };
}
