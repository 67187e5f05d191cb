/** Parsing of calls' arguments from the URL's query or a JSON body (json.ts), and how large a body may be. */
import type { LimitsConfig } from "../component/config.js";
import { refuseListLength } from "../component/operations/limits.js";
import { badRequest, Refusal } from "../component/refusal.js";
import type { Route } from "./endpoint.js";
import { ownProperty } from "../component/own-property.js";
import { validationMessage } from "../component/validation-message.js";

/** How many values an item of a list may have, and the arguments beside lists. A message has some ten fields. */
const PER_ITEM = { batch: 40, recipients: 5, members: 5 };
const BESIDE = 2_000;
/** The size of a body's other fields, and how many bytes JSON may need for a byte of a message. */
const BODY = { beside: 64 * 1024, escaped: 6 };

/** Parses the URL's query. If a name is repeated, its last value counts. */
export function queryOf(url: string): Record<string, string> {
  const start = url.indexOf("?");
  return start < 0 ? {} : Object.fromEntries(new URLSearchParams(url.slice(start + 1)));
}

/** Checks and converts arguments by the endpoint's schema. */
export function parseArguments(row: Route, raw: unknown): { readonly call: unknown } | Refusal {
  const result = row.request.safeParse(raw);
  return result.success ? { call: result.data } : badRequest(validationMessage(result.error, raw));
}

/** Returns how many values a body of this endpoint may have, by the lists that it may hold. */
export function valuesOf({ list, group }: Route, limits: LimitsConfig): number {
  if (list === undefined) return BESIDE;
  // The messages of these calls have lists of receivers.
  const most = group === "gateway" ? PER_ITEM.recipients * limits.recipients : 0;
  return BESIDE + PER_ITEM[list.limit] * limits[list.limit] + most;
}

/** Returns how many bytes a body of this endpoint may have beside http.body_limit: without a list, one message. */
export function argumentBytes({ list }: Route, { message_bytes }: LimitsConfig): number {
  return list === undefined ? BODY.beside + BODY.escaped * message_bytes : Infinity;
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
