/** Reads a post: what its body is, what stands beside it in headers, and whether it is signed. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { HookFault } from "../../component/hooks/fault.js";
import { headerIn, type Headers, type Posted } from "../../component/hooks/formats/format.js";
import { headersOf } from "../../component/hooks/formats/formats.js";
import { Refusal } from "../../component/refusal.js";
import { jsonOf } from "../arguments.js";

type Body = Omit<Posted, "headers">;

/** Tells a post from all others. */
const KEY = ["idempotency-key", "webhook-id", ...headersOf("delivery")];
const MOST_KEY = 256;
const SIGNATURE = headersOf("signature");
const JSON_TYPE = "application/json";

/** What is read of a post. */
export interface Content {
  /** Its media type, without parameters. */
  readonly type: string;
  readonly bytes: Buffer;
}

/** @param isText whether the hook takes nothing but text */
export function posted(headers: Headers, { type, bytes }: Content, isText: boolean): Posted | HookFault {
  const read = isText && !isForm(type) ? { text: bytes.toString() } : bodyOf(type, bytes);
  return read instanceof HookFault ? read : { ...read, headers };
}

/** By which its poster tells that it is the same post again. */
export function keyOf(headers: Headers): string | undefined {
  const key = headerIn(headers, KEY);
  return key !== undefined && key.length <= MOST_KEY ? key : undefined;
}

export function contentOf(headers: Headers, bytes: Buffer): Content {
  return {
    type: (headerIn(headers, ["content-type"]) ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "",
    bytes,
  };
}

/**
 * What of a post is signed with this key, the only part that may be read: all of it or, as Gitea and Forgejo do, the JSON
 * in a form's field. Undefined if neither is.
 */
export function signedContent(headers: Headers, body: Buffer, key: string): Content | undefined {
  const [, given] = /^(?:sha256=)?([0-9a-f]{64})$/i.exec(headerIn(headers, SIGNATURE) ?? "") ?? [];
  if (given === undefined) return undefined;
  const isSigned = (bytes: Buffer): boolean =>
    timingSafeEqual(Buffer.from(given, "hex"), createHmac("sha256", key).update(bytes).digest());
  const content = contentOf(headers, body);
  if (isSigned(body)) return content;
  const payload = isForm(content.type) ? new URLSearchParams(body.toString()).get("payload") : null;
  const bytes = Buffer.from(payload ?? "");
  return payload !== null && isSigned(bytes) ? { type: JSON_TYPE, bytes } : undefined;
}

function bodyOf(type: string, body: Buffer): Body | HookFault {
  if (/^application\/(?:[\w.-]+\+)?json$/.test(type)) return jsonPosted(body);
  if (isForm(type)) return form(body);
  if (type.startsWith("text/")) return { text: body.toString() };
  return looksLikeJson(body) ? jsonPosted(body) : { text: body.toString() };
}

function isForm(type: string): boolean {
  return type === "application/x-www-form-urlencoded";
}

/**
 * A form's `payload` is JSON, as Slack and GitHub have it; its `text` is text, its `message` and `title` are as in JSON. Some
 * programs call anything a form.
 */
function form(body: Buffer): Body | HookFault {
  if (looksLikeJson(body)) return jsonPosted(body);
  const fields = new URLSearchParams(body.toString());
  const payload = fields.get("payload");
  if (payload !== null) return jsonPosted(Buffer.from(payload));
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

function jsonPosted(body: Buffer): Body | HookFault {
  const json = jsonOf(body);
  return json instanceof Refusal ? new HookFault("payload", json.message) : { json: { value: json.raw } };
}
