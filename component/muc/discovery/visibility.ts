/** Decides who may see a room's details (XEP-0045 §6.4): occupants, members, and all who need no password to enter. */

import type { Jid } from "../../addresses/address.js";
import { hooksOf } from "../features.js";
import { isAtLeast } from "../room/affiliation.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/replies.js";

/** Whether a user may see a room's details. */
export function seesDetailsOf(room: RoomView, from: Jid): boolean {
  const reader = { affiliation: room.affiliationOf(from), belongs: belongsTo(room, from) };
  return hooksOf("mayRead").every((mayRead) => mayRead(room, reader));
}

/** Whether a user is an occupant, a member, an administrator or an owner. */
export function belongsTo(room: RoomView, from: Jid): boolean {
  return isAtLeast(room.affiliationOf(from), "member") || room.isInside(from.bare);
}

/** Refuses users who may not see the room's details. @throws StanzaError forbidden */
export function refuseOutsider(room: RoomView, from: Jid): void {
  if (!seesDetailsOf(room, from)) {
    throw roomError(room.jid, "forbidden", "Only users who may enter the room can see this.");
  }
}
