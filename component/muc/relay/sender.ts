/** Who sent something to a room, or to somebody in it. */
import { isFull, type Jid } from "../../address.js";
import type { Occupant } from "../room/occupant.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/errors.js";

/** The occupant that a session is. @throws StanzaError not-acceptable for those outside */
export function senderIn(room: RoomView, from: Jid): Occupant {
  const occupant = isFull(from) ? room.sessions.get(from.text) : undefined;
  if (occupant === undefined)
    throw roomError(room.jid, "modify", "not-acceptable", "You are not in this room.");
  return occupant;
}
