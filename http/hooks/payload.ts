/** Parses posts to webhooks, and checks their signatures. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { HookFault } from "../../component/hooks/fault.js";
import { headerIn, type Headers, type Payload } from "../../component/hooks/formats/format.js";
import { headersOf } from "../../component/hooks/formats/formats.js";
import { hashOf, isRight } from "../../component/hooks/secrets.js";
import { MAX_KEY } from "../../component/operations/call-key.js";
import { Refusal } from "../../component/refusal.js";
import { jsonOf } from "../arguments.js";

type Body = Omit<Payload, "headers">;

/** The headers that may have an idempotency key. Equal keys mean that a program sent the same post again. */
const KEY = ["idempotency-key", "webhook-id", ...headersOf("delivery")];
const SIGNATURE = headersOf("signature");
const TOKEN = headersOf("token");
const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data";

/** The part of a post that is parsed: the body, or one field of the body. */
export interface Content {
  /** The media type, without parameters and in lower case. */
  readonly type: string;
  readonly bytes: Buffer;
}

/** Parses a post's content. @param isText whether any body except a form is text */
export function payloadOf(headers: Headers, content: Content, isText: boolean): Payload | HookFault {
  const { type, bytes } = content;
  const isForm = type === FORM_TYPE || type === MULTIPART;
  const read = isText && !isForm ? { text: bytes.toString() } : bodyOf(headers, content);
  return read instanceof HookFault ? read : { ...read, headers };
}

/** Returns a post's idempotency key; undefined if it has none, or one of more than 256 characters. */
export function keyOf(headers: Headers): string | undefined {
  const key = headerIn(headers, KEY);
  return key !== undefined && key.length <= MAX_KEY ? key : undefined;
}

/** Returns a post's whole body with its media type. */
export function contentOf(headers: Headers, bytes: Buffer): Content {
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
  const content = contentOf(headers, body);
  const token = headerIn(headers, TOKEN);
  if (token !== undefined) return isRight(token, hashOf(key)) ? content : undefined;
  const [, given] = /^(?:sha256=)?([0-9a-f]{64})$/i.exec(headerIn(headers, SIGNATURE) ?? "") ?? [];
  if (given === undefined) return undefined;
  const isSigned = (bytes: Buffer): boolean =>
    timingSafeEqual(Buffer.from(given, "hex"), createHmac("sha256", key).update(bytes).digest());
  if (isSigned(body)) return content;
  const payload = content.type === FORM_TYPE ? new URLSearchParams(body.toString()).get("payload") : null;
  const bytes = Buffer.from(payload ?? "");
  return payload !== null && isSigned(bytes) ? { type: JSON_TYPE, bytes } : undefined;
}

function bodyOf(headers: Headers, { type, bytes }: Content): Body | HookFault {
  if (/^application\/(?:[\w.-]+\+)?json$/.test(type)) return jsonBody(bytes);
  if (type === FORM_TYPE) return form(bytes);
  if (type === MULTIPART) return multipart(headerIn(headers, ["content-type"]) ?? "", bytes);
  if (type.startsWith("text/")) return { text: bytes.toString() };
  return looksLikeJson(bytes) ? jsonBody(bytes) : { text: bytes.toString() };
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
  if (text !== "" && isText && !/^(?:text|payload)=/.test(text)) return { text };
  return fieldsBody(new URLSearchParams(text));
}

/** Parses the text fields of multipart/form-data (RFC 7578), without files. @param type the header Content-Type */
function multipart(type: string, body: Buffer): Body | HookFault {
  const [, boundary] = /;\s*boundary="?([^\s";]{1,70})/i.exec(type) ?? [];
  const [, ...parts] = boundary === undefined ? [] : `\r\n${body.toString()}`.split(`\r\n--${boundary}`);
  // The last part is the end of the body, which begins with two dashes.
  if (parts.pop()?.startsWith("--") !== true)
    return new HookFault("payload", "the post is no multipart/form-data");
  const fields = new URLSearchParams();
  for (const part of parts) {
    const end = part.indexOf("\r\n\r\n");
    const head = part.slice(0, Math.max(0, end));
    const [, name] = /; name="([^"]*)"/i.exec(head) ?? [];
    if (name !== undefined && !head.includes("filename=")) fields.append(name, part.slice(end + 4));
  }
  return fieldsBody(fields);
}

/** Parses a form: `payload` is JSON, as from Slack and GitHub; the other fields are as in a JSON body. */
function fieldsBody(fields: URLSearchParams): Body | HookFault {
  const payload = fields.get("payload");
  if (payload !== null) return jsonBody(Buffer.from(payload));
  const text = fields.get("text");
  if (text !== null) return { text };
  const message = fields.get("message");
  return message === null
    ? new HookFault("payload", "the form has none of the fields payload, text and message")
    : { json: { value: { message, title: fields.get("title") ?? "" } } };
}

function looksLikeJson(body: Buffer): boolean {
  return /^\ufeff?\s*[{[]/.test(body.subarray(0, 64).toString());
}

function jsonBody(body: Buffer): Body | HookFault {
  const json = jsonOf(body);
  return json instanceof Refusal ? new HookFault("payload", json.message) : { json: { value: json.raw } };
}
