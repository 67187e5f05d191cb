/** Whether a room stays when everybody has left (XEP-0045 §4.2). */
import type { RoomView } from "../room/room-view.js";
import type { Feature } from "./feature.js";

/** Whether it stays, whoever is inside. */
export function isPersistent({ options }: RoomView): boolean {
  return options.persistent;
}

/** Whether nothing keeps the room any more. */
export function isAbandoned(room: RoomView): boolean {
  return room.occupants.size === 0 && (!isPersistent(room) || room.isLocked);
}

export const persistence: Feature = {
  disco: ({ options }) => [options.persistent ? "muc_persistent" : "muc_temporary"],
};
