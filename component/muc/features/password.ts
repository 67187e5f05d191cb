/** Rooms with a password (XEP-0045 §7.2.5). */
import { createHash, timingSafeEqual } from "node:crypto";
import type { RoomView } from "../room/room-view.js";
import { roomError } from "../wire/replies.js";
import type { Feature } from "./feature.js";

/** Returns the room's password; undefined if it has none. */
export function passwordToGive({ options }: RoomView): string | undefined {
  return options.password === "" ? undefined : options.password;
}

export const password: Feature = {
  disco: ({ options }) => [options.password === "" ? "muc_unsecured" : "muc_passwordprotected"],
  refuseEntry: ({ room, from, x }) => {
    const needed = passwordToGive(room);
    if (needed === undefined || room.isServiceAdmin(from)) return undefined;
    return isSame(needed, x?.getChildText("password") ?? "")
      ? undefined
      : roomError(room.jid, "not-authorized", "The room's password is missing or wrong.");
  },
  mayRead: (room, { belongs }) => passwordToGive(room) === undefined || belongs,
};

/** Compares passwords in constant time, so that the time of a reply reveals nothing. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
