/** How long a message may be. */
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/errors.js";

/** @throws StanzaError policy-violation for a stanza of more bytes */
export function refuseLength(room: RoomView, stanza: string, most: number): void {
  if (Buffer.byteLength(stanza) <= most) return;
  const refused = `Messages of more than ${most} bytes are refused.`;
  throw roomError(room.jid, "modify", "policy-violation", refused);
}
