/**
 * Who may know what goes on in a room: those inside, its members, and everybody who could enter without being asked for
 * anything. Others learn no more than that it is there (XEP-0045 §6.4).
 */
import type { Jid } from "../../address.js";
import { HOOKS } from "../features.js";
import { isAtLeast } from "../room/affiliation.js";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/errors.js";

export function seesInto(room: RoomView, from: Jid): boolean {
  const reader = { affiliation: room.affiliationOf(from), belongs: belongsTo(room, from) };
  return HOOKS.mayRead.every((mayRead) => mayRead(room, reader));
}

/** Whether somebody is inside, or a member or more. */
export function belongsTo(room: RoomView, from: Jid): boolean {
  return isAtLeast(room.affiliationOf(from), "member") || room.isInside(from.bare);
}

/** @throws StanzaError forbidden for those who may not know */
export function refuseOutsider(room: RoomView, from: Jid): void {
  if (!seesInto(room, from)) {
    throw roomError(room.jid, "auth", "forbidden", "This is for those who may enter the room.");
  }
}
