/** Parsing of calls' arguments from the URL's query or a JSON body. */
import { isUtf8 } from "node:buffer";
import type { LimitsConfig } from "../component/config.js";
import { refuseListLength } from "../component/operations/limits.js";
import { badRequest, Refusal } from "../component/refusal.js";
import type { Route } from "./endpoint.js";
import { ownProperty } from "../component/own-property.js";
import { validationMessage } from "../component/validation-message.js";

/** How deep JSON may be nested. The calls of the interface need four levels. */
const MAX_JSON_DEPTH = 32;

/** Arguments that the endpoint's schema hasn't parsed yet. */
export interface RawArguments {
  readonly raw: unknown;
}

/** Parses the URL's query. If a name is repeated, its last value counts. */
export function queryOf(url: string): Record<string, string> {
  const start = url.indexOf("?");
  return start < 0 ? {} : Object.fromEntries(new URLSearchParams(url.slice(start + 1)));
}

/** Parses a body as JSON in UTF-8. A charset in Content-Type is ignored. */
export function jsonOf(body: Buffer): RawArguments | Refusal {
  if (body.length === 0) return badRequest("the request's body is empty; expected JSON");
  if (!isUtf8(body)) return badRequest("the request's body is not UTF-8; expected JSON in UTF-8");
  const text = body.toString();
  if (isTooDeep(text)) return badRequest(`the request's body nests deeper than ${MAX_JSON_DEPTH} levels`);
  try {
    // Some programs begin the body with a byte order mark.
    return { raw: JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) as unknown };
  } catch (error) {
    const at = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
    return badRequest(
      `the request's body is not valid JSON${at === undefined ? "" : ` (at character ${at})`}`,
    );
  }
}

/** Checks and converts arguments by the endpoint's schema. */
export function parseArguments(row: Route, raw: unknown): { readonly call: unknown } | Refusal {
  const result = row.request.safeParse(raw);
  return result.success ? { call: result.data } : badRequest(validationMessage(result.error, raw));
}

/** Refuses a list longer than its limit before the items are parsed: parsing two million items takes seconds. */
export function refuseLongList(row: Route, raw: unknown, limits: LimitsConfig): Refusal | undefined {
  const length = lengthOf(row, raw);
  return row.list === undefined || length === undefined
    ? undefined
    : refuseListLength(limits, row.list, length);
}

/** Returns the length of the list in an endpoint's arguments; undefined if there is no list. */
export function lengthOf({ list }: Route, args: unknown): number | undefined {
  if (list === undefined) return undefined;
  const { field } = list;
  const value = field === undefined || !isRecord(args) ? args : ownProperty(args, field);
  return Array.isArray(value) ? value.length : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the keys in a request that the endpoint's schema doesn't have. @param call the parsed arguments */
export function unknownKeys(raw: unknown, call: unknown): string[] {
  const known = new Set(keysOfFirst(call));
  return keysOfFirst(raw).filter((key) => !known.has(key));
}

/** Returns the keys of an object, or of a list's first item. */
function keysOfFirst(value: unknown): string[] {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return typeof one === "object" && one !== null ? Object.keys(one) : [];
}

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = Buffer.from('"\\[]{}');

/** Returns whether brackets and braces outside strings are nested deeper than MAX_JSON_DEPTH. */
function isTooDeep(json: string): boolean {
  // Most bodies have few, which are counted twenty times as fast as the nesting is followed.
  if (opened(json, "[") + opened(json, "{") <= MAX_JSON_DEPTH) return false;
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (isInString) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth--;
  }
  return false;
}

/** Returns how often a character occurs, or a number above MAX_JSON_DEPTH. */
function opened(json: string, mark: string): number {
  let count = 0;
  for (let at = json.indexOf(mark); at >= 0 && count <= MAX_JSON_DEPTH; at = json.indexOf(mark, at + 1))
    count++;
  return count;
}
