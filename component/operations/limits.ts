/** The limits of calls: the lengths of lists and fields, and the sizes of stanzas. */
import type { LimitsConfig } from "../config.js";
import { badRequest, Refusal } from "../refusal.js";
import { hasForbiddenCharacter } from "../xml/serialise.js";
import { fits, LEFT_FREE, type WireText } from "../xml/wire-text.js";
import type { OperationContext } from "./context.js";

const ITEMS = {
  batch: "messages in one call",
  recipients: "receivers",
  members: "users in one call",
} as const;

/** The name of a limit in the configuration section "limits". */
export type LimitName = keyof typeof ITEMS;

/** A list in a call, and the limit of its length. */
export interface ListLimit {
  /** The list's field; undefined if the whole call is the list. */
  readonly field?: string;
  readonly limit: LimitName;
}

export function refuseListLength(
  limits: LimitsConfig,
  { field, limit }: ListLimit,
  count: number,
): Refusal | undefined {
  if (count <= limits[limit]) return undefined;
  const where = field === undefined ? "" : `${field}: `;
  const message = `${where}${count} ${ITEMS[limit]}, more than the ${limits[limit]} allowed`;
  return badRequest(message);
}

/** The maximum size of short fields (Msg_Type, category), in bytes. */
export const KIND_BYTES = 255;

/** Refuses a field that is too long. @param most the maximum size, in bytes */
export function refuseLong(field: string, text: string, most: number): Refusal | undefined {
  const size = Buffer.byteLength(text);
  return size > most ? badRequest(`${field}: ${size} bytes, more than the ${most} allowed`) : undefined;
}

/** Refuses text with more than `most` characters, or with a character that XML forbids. */
export function refuseText(field: string, text: string, most = Infinity): Refusal | undefined {
  if (hasForbiddenCharacter(text)) {
    return badRequest(`${field}: has a character that XML forbids`);
  }
  return text.length > most
    ? badRequest(`${field}: ${text.length} characters, more than the ${most} allowed`)
    : undefined;
}

/** Refuses a stanza that is too large for the server. @param field the field that makes the stanza large */
export function refuseLarge(
  { limits }: Pick<OperationContext, "limits">,
  field: string,
  stanza: WireText,
): Refusal | undefined {
  const most = limits.stanza_bytes - LEFT_FREE.kept;
  return fits(stanza, most) ? undefined : tooLarge(field, Buffer.byteLength(stanza), most);
}

export function tooLarge(field: string, bytes: number, most: number): Refusal {
  return badRequest(
    `${field}: the stanza has ${bytes} bytes, more than the ${most} allowed (limits.stanza_bytes)`,
  );
}
