/**
 * Who may know what a room is and what goes on in it: those inside and those of it, and everybody who may enter just
 * so. Of a room that is closed to them, others learn no more than that it is there (XEP-0045 §6.4).
 */
import type { Jid } from "../../address.js";
import { isAtLeast } from "../room/affiliation.js";
import { roomError } from "../wire/errors.js";
import type { Room } from "../room/room.js";

export function seesInto(room: Room, from: Jid): boolean {
  const affiliation = room.affiliationOf(from);
  if (affiliation === "outcast") return false;
  const { membersOnly, password } = room.options;
  return (!membersOnly && password === "" && !room.isLocked) || belongsTo(room, from);
}

/** Whether somebody is inside, or a member or more. */
export function belongsTo(room: Room, from: Jid): boolean {
  return isAtLeast(room.affiliationOf(from), "member") || room.isInside(from.bare);
}

/** @throws StanzaError forbidden for those who may not know */
export function refuseOutsider(room: Room, from: Jid): void {
  if (!seesInto(room, from)) {
    throw roomError(room.jid, "auth", "forbidden", "This is for those who may enter the room.");
  }
}
