/** Every field of a call has a limit, and a refusal names both. */
import { Errcode, Refusal } from "../refusal.js";
import { fits, LEFT_FREE, type WireText } from "../xml/wire-text.js";
import type { OperationContext } from "./context.js";

/** The longest of the fields that only say a kind (Msg_Type, category), in bytes. */
export const KIND_BYTES = 255;

/** Whether a field is too long, in bytes. */
export function refuseLong(field: string, text: string, most: number): Refusal | undefined {
  const size = Buffer.byteLength(text);
  return size > most
    ? new Refusal(Errcode.request, `${field}: ${size} bytes, more than the ${most} allowed`)
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
