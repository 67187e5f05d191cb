/** The limits of a call: how many items its lists have, how long its fields and how large its stanzas are. */
import type { LimitsConfig } from "../config.js";
import { Errcode, Refusal } from "../refusal.js";
import { hasForbiddenCharacter } from "../xml/serialise.js";
import { fits, LEFT_FREE, type WireText } from "../xml/wire-text.js";
import type { OperationContext } from "./context.js";

const ITEMS = {
  batch: "messages in one call",
  recipients: "receivers",
  members: "of them in one call",
} as const;

/** The limit's name in the configuration. */
export type LimitName = keyof typeof ITEMS;

/** A list in a call, and the limit that bounds it. */
export interface ListLimit {
  /** Undefined if the call itself is the list. */
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
  return new Refusal(Errcode.request, message);
}

/** The longest of the fields that only say a kind (Msg_Type, category), in bytes. */
export const KIND_BYTES = 255;

/** Whether a field is too long, in bytes. */
export function refuseLong(field: string, text: string, most: number): Refusal | undefined {
  const size = Buffer.byteLength(text);
  return size > most
    ? new Refusal(Errcode.request, `${field}: ${size} bytes, more than the ${most} allowed`)
    : undefined;
}

/** Refuses text that XML can't hold. @param most the longest, in characters */
export function refuseText(field: string, text: string, most = Infinity): Refusal | undefined {
  if (hasForbiddenCharacter(text)) {
    return new Refusal(Errcode.request, `${field}: holds a character that XML forbids`);
  }
  return text.length > most
    ? new Refusal(Errcode.request, `${field}: has ${text.length} characters, at most ${most} are possible`)
    : undefined;
}

/** Whether the stanza that a field makes is too large for the server. */
export function refuseLarge(
  { limits }: Pick<OperationContext, "limits">,
  field: string,
  stanza: WireText,
): Refusal | undefined {
  const most = limits.stanza_bytes - LEFT_FREE.kept;
  return fits(stanza, most) ? undefined : tooLarge(field, Buffer.byteLength(stanza), most);
}

export function tooLarge(field: string, bytes: number, most: number): Refusal {
  return new Refusal(
    Errcode.request,
    `${field}: ${bytes} bytes as it goes to the server, more than the ${most} allowed (limits.stanza_bytes)`,
  );
}
