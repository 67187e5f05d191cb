/**
 * The parameters of a post to ntfy's server (binwiederhier/ntfy: server/server.go, parsePublishParams): in headers, in the
 * query, or in JSON with the topic.
 */
import { isUtf8 } from "node:buffer";
import { ownProperty } from "../../own-property.js";
import { isFields, textOf } from "./fields.js";
import type { Payload } from "./format.js";

/** The names of the parameters, as headers or in the query, in ntfy's order. */
const NAMES = {
  title: ["x-title", "title", "ti", "t"],
  message: ["x-message", "message", "m"],
  priority: ["x-priority", "priority", "prio", "p"],
  tags: ["x-tags", "tags", "tag", "ta"],
  click: ["x-click", "click"],
  attach: ["x-attach", "attach", "a"],
  filename: ["x-filename", "filename", "file", "f"],
  markdown: ["x-markdown", "markdown", "md"],
  actions: ["x-actions", "actions", "action"],
  sequence: ["x-sequence-id", "sequence-id", "sid"],
  delay: ["x-delay", "delay", "x-at", "at", "x-in", "in"],
  email: ["x-email", "x-e-mail", "email", "e-mail", "mail", "e"],
  call: ["x-call", "call"],
  template: ["x-template", "template", "tpl"],
  unifiedpush: ["x-unifiedpush", "unifiedpush", "up"],
} as const;
export type NtfyName = keyof typeof NAMES;

/** Words of several charsets in one header (RFC 2047); what separates two of them is no text. */
const ENCODED_WORD = /=\?([\w-]+)\?([bq])\?([^?\s]*)\?=(?:\s+(?==\?[\w-]+\?[bq]\?[^?\s]*\?=))?/gi;
/** The header Priority of HTTP (RFC 9218), which proxies add. */
const HTTP_PRIORITY = /^u=\d(?:\s*,.*)?$/i;

/** Whether a post is JSON for ntfy's publishing (docs/publish.md, "Publish as JSON"). */
export function isPublished({ json }: Pick<Payload, "json">): boolean {
  return (
    isFields(json?.value) &&
    textOf(json.value, "topic") !== "" &&
    textOf(json.value, "message", "title") !== ""
  );
}

/** Returns a parameter; "" if it is missing. */
export function ntfyParameter(posted: Payload, name: NtfyName): string {
  const value = isPublished(posted) ? posted.json?.value : undefined;
  const published = isFields(value)
    ? ownProperty(value, name === "sequence" ? "sequence_id" : name)
    : undefined;
  return (
    (published === true ? "yes" : textOf({ published }, "published")) || ntfyParameterBeside(posted, name)
  );
}

/** Returns a parameter from the headers or else from the query; "" if it is missing. */
export function ntfyParameterBeside({ headers, query }: Payload, name: NtfyName): string {
  for (const key of NAMES[name]) {
    const value = ownProperty(headers, key);
    if (typeof value !== "string" || (key === "priority" && HTTP_PRIORITY.test(value.trim()))) continue;
    const text = headerText(value.trim()).trim();
    if (text !== "") return text;
  }
  for (const key of NAMES[name]) {
    const value = query?.get(key)?.trim() ?? "";
    if (value !== "") return value;
  }
  return "";
}

/** Whether a parameter says yes. */
export function isYes(value: string): boolean {
  return /^(?:1|yes|true|on)$/i.test(value);
}

/** Decodes a header's value: UTF-8 that was read as ISO 8859-1, or encoded words (RFC 2047). */
function headerText(value: string): string {
  const bytes = Buffer.from(value, "latin1");
  const isLatin = bytes.toString("latin1") === value;
  const text = isLatin && isUtf8(bytes) ? bytes.toString() : value;
  return text.replace(ENCODED_WORD, (word, charset: string, kind: string, given: string) => {
    const octets = /^b$/i.test(kind) ? Buffer.from(given, "base64") : quotedOctets(given);
    try {
      return new TextDecoder(charset).decode(octets);
    } catch {
      // A charset that nobody knows.
      return word;
    }
  });
}

function quotedOctets(given: string): Buffer {
  const text = given
    .replaceAll("_", " ")
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(text, "latin1");
}
